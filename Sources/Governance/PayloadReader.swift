import EventLog

/// Which member of a payload is missing or of another kind than its type promises.
struct PayloadError: Error {
    let member: String
}

/// Reads the members of a payload.
struct PayloadReader {
    /// A payload wraps what came in a body, and the body may already be nested as deeply as a parser allows.
    private static let depthMax = JSONParser.depthMax + 8

    private let object: JSONObject

    init(_ data: [UInt8]) throws {
        guard let object = try JSONParser.parse(data, depthMax: Self.depthMax).objectValue else {
            throw PayloadError(member: "object")
        }
        self.object = object
    }

    private init(_ object: JSONObject) {
        self.object = object
    }

    private func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw PayloadError(member: name) }
        return value
    }

    func json(_ name: String) throws -> JSON { try required(name, object[name]) }

    func string(_ name: String) throws -> String { try required(name, object[name]?.stringValue) }

    /// Nil where the member is absent or null.
    func optionalString(_ name: String) throws -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        return try required(name, value.stringValue)
    }

    func number(_ name: String) throws -> JSONNumber { try required(name, object[name]?.numberValue) }

    func double(_ name: String) throws -> Double { try required(name, object[name]?.numberValue?.double) }

    func object(_ name: String) throws -> JSONObject { try required(name, object[name]?.objectValue) }

    func reader(_ name: String) throws -> PayloadReader { PayloadReader(try object(name)) }

    func strings(_ name: String) throws -> [String] {
        try required(name, object[name]?.arrayValue).map { try required(name, $0.stringValue) }
    }

    func timestamp(_ name: String) throws -> Timestamp {
        try required(name, try optionalTimestamp(name))
    }

    /// Nil where the member is absent or null.
    func optionalTimestamp(_ name: String) throws -> Timestamp? {
        guard let text = try optionalString(name) else { return nil }
        return try required(name, Timestamp(rfc3339: text))
    }

    func value<Value: RawRepresentable>(_ name: String) throws -> Value where Value.RawValue == String {
        try required(name, Value(rawValue: string(name)))
    }
}
