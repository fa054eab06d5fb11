import EventLog

/// Which member of a payload is missing or of another kind than its type promises.
struct PayloadError: Error {
    let member: String
}

/// Reads the members of a payload.
struct PayloadReader {
    private let object: JSONObject

    init(_ data: [UInt8]) throws {
        guard let object = try JSONParser.parse(data).objectValue else { throw PayloadError(member: "object") }
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

    func optionalString(_ name: String) -> String? { object[name]?.stringValue }

    func number(_ name: String) throws -> JSONNumber { try required(name, object[name]?.numberValue) }

    func double(_ name: String) throws -> Double { try required(name, object[name]?.numberValue?.double) }

    func object(_ name: String) throws -> JSONObject { try required(name, object[name]?.objectValue) }

    func reader(_ name: String) throws -> PayloadReader { PayloadReader(try object(name)) }

    func strings(_ name: String) throws -> [String] {
        try required(name, object[name]?.arrayValue).map { try required(name, $0.stringValue) }
    }

    func timestamp(_ name: String) throws -> Timestamp {
        try required(name, optionalTimestamp(name))
    }

    func optionalTimestamp(_ name: String) -> Timestamp? {
        object[name]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }

    func value<Value: RawRepresentable>(_ name: String) throws -> Value where Value.RawValue == String {
        try required(name, Value(rawValue: string(name)))
    }
}
