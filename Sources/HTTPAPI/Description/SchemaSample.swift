import EventLog

/// Makes a value that a schema permits, to be shown as an example.
struct SchemaSample {
    /// The named schemas of the document.
    let named: JSON

    /// - Returns: the example of the schema where it has one; of an object what is required and what has an example.
    func value(of schema: JSON) -> JSON {
        if let example = schema["examples"]?.arrayValue?.first { return example }
        if let constant = schema["const"] { return constant }
        if let word = schema["enum"]?.arrayValue?.first { return word }
        if let standard = schema["default"] { return standard }
        if let reference = schema["$ref"]?.stringValue, let target = named[SchemaReference.name(reference)] {
            return value(of: target)
        }
        switch schema.typeName {
        case "object": return object(of: schema)
        case "array": return .array(schema["items"].map { [value(of: $0)] } ?? [])
        case "string": return text(of: schema)
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        default: return schema["anyOf"]?.arrayValue?.first.map { value(of: $0) } ?? .null
        }
    }

    private func object(of schema: JSON) -> JSON {
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        let members = (schema["properties"]?.objectValue?.members ?? []).filter { member in
            required.contains(member.key) || member.value["examples"] != nil
        }
        return .object(JSONObject(members.map { .init(key: $0.key, value: value(of: $0.value)) }))
    }

    private func text(of schema: JSON) -> JSON {
        switch schema["format"]?.stringValue {
        case "date-time": "2026-01-15T12:00:00Z"
        case "email": "bob@example.com"
        default: "…"
        }
    }
}

enum SchemaReference {
    /// The name at the end of `#/components/schemas/Name`.
    static func name(_ reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? reference
    }
}

extension JSON {
    /// The type that a schema names; of several the first.
    var typeName: String? {
        self["type"]?.stringValue ?? self["type"]?.arrayValue?.first?.stringValue
    }
}
