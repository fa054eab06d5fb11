/// Which member of a payload is missing or of another kind than its type promises.
package struct PayloadError: Error {
    package let member: String

    package init(member: String) {
        self.member = member
    }
}

extension RecordedEvent {
    /// What a payload that cannot be read says of this event: that it is damaged, and where. Another error is given back.
    package func corruption(by error: any Error) -> any Error {
        switch error {
        case let error as JSONError:
            EventStoreError.corrupt(position: position, "its payload is no JSON: \(error)")
        case let error as PayloadError:
            EventStoreError.corrupt(position: position, "its payload has no proper \(error.member)")
        default:
            error
        }
    }
}

/// Reads the members of a payload.
package struct PayloadReader {
    /// A payload wraps what came in a body, and the body may already be nested as deeply as a parser allows.
    private static let depthMax = JSONParser.depthMax + 8

    /// The members as they were written.
    package let object: JSONObject

    package init(_ data: [UInt8]) throws {
        guard let object = try JSONParser.parse(data, depthMax: Self.depthMax).objectValue else {
            throw PayloadError(member: "object")
        }
        self.object = object
    }

    package init(_ object: JSONObject) {
        self.object = object
    }

    private func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw PayloadError(member: name) }
        return value
    }

    /// Nil where the member is absent or null.
    private func optional<Value>(_ name: String, _ read: (JSON) -> Value?) throws -> Value? {
        guard let value = object[name], !value.isNull else { return nil }
        return try required(name, read(value))
    }

    package func json(_ name: String) throws -> JSON { try required(name, object[name]) }

    package func string(_ name: String) throws -> String { try required(name, object[name]?.stringValue) }

    package func optionalString(_ name: String) throws -> String? { try optional(name, \.stringValue) }

    /// Nil where the member is null; it must be there.
    package func nullableString(_ name: String) throws -> String? {
        _ = try json(name)
        return try optionalString(name)
    }

    package func bool(_ name: String) throws -> Bool { try required(name, object[name]?.boolValue) }

    package func int(_ name: String) throws -> Int { try required(name, object[name]?.numberValue?.int) }

    package func number(_ name: String) throws -> JSONNumber { try required(name, object[name]?.numberValue) }

    package func double(_ name: String) throws -> Double { try required(name, object[name]?.numberValue?.double) }

    package func object(_ name: String) throws -> JSONObject { try required(name, object[name]?.objectValue) }

    package func reader(_ name: String) throws -> PayloadReader { PayloadReader(try object(name)) }

    package func strings(_ name: String) throws -> [String] {
        try required(name, try optionalStrings(name))
    }

    package func optionalStrings(_ name: String) throws -> [String]? {
        try optional(name, \.arrayValue)?.map { try required(name, $0.stringValue) }
    }

    package func timestamp(_ name: String) throws -> Timestamp {
        try required(name, try optionalTimestamp(name))
    }

    package func optionalTimestamp(_ name: String) throws -> Timestamp? {
        try optional(name) { $0.stringValue.flatMap { Timestamp(rfc3339: $0) } }
    }

    package func value<Value: RawRepresentable>(_ name: String) throws -> Value where Value.RawValue == String {
        try required(name, Value(rawValue: string(name)))
    }
}
