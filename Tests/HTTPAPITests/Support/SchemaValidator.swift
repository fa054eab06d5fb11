import EventLog

/// Compares values with JSON Schemas (2020-12), as far as our document uses them. A keyword that it does not know is a
/// complaint: nothing in the document goes unchecked.
struct SchemaValidator {
    /// The document, for what schemas refer to.
    let document: JSON

    /// Words about a schema that say nothing about values.
    private static let annotations: Set<String> = ["description", "examples", "default"]

    /// What is wrong, each with its place; empty where the value is as the schema says.
    func complaints(about value: JSON, _ schema: JSON, at place: String = "body") -> [String] {
        guard let keywords = schema.objectValue?.members else { return ["\(place): the schema is no object"] }
        return keywords.flatMap { keyword in
            complaints(about: value, keyword.key, keyword.value, in: schema, place)
        }
    }

    private func complaints(
        about value: JSON, _ keyword: String, _ wanted: JSON, in schema: JSON, _ place: String
    ) -> [String] {
        switch keyword {
        case "$ref":
            guard let target = resolve(wanted.stringValue ?? "") else { return ["\(place): \(wanted.text) leads nowhere"] }
            return complaints(about: value, target, at: place)
        case "type":
            let types = (wanted.arrayValue ?? [wanted]).compactMap(\.stringValue)
            return types.contains { value.isOf(type: $0) } ? [] : ["\(place): \(value.text) is no \(wanted.text)"]
        case "enum":
            return wanted.arrayValue?.contains(value) == true ? [] : ["\(place): \(value.text) is none of \(wanted.text)"]
        case "const":
            return value == wanted ? [] : ["\(place): \(value.text) is not \(wanted.text)"]
        case "anyOf":
            let all = (wanted.arrayValue ?? []).map { complaints(about: value, $0, at: place) }
            return all.contains(where: \.isEmpty) ? [] : ["\(place): \(value.text) is none of these: \(all)"]
        case "items":
            return (value.arrayValue ?? []).enumerated().flatMap { index, element in
                complaints(about: element, wanted, at: "\(place)[\(index)]")
            }
        case "required":
            guard let object = value.objectValue else { return [] }
            return (wanted.arrayValue ?? []).compactMap(\.stringValue).filter { object[$0] == nil }
                .map { "\(place): \($0) is missing" }
        case "properties":
            return (value.objectValue?.members ?? []).flatMap { member in
                wanted[member.key].map { complaints(about: member.value, $0, at: "\(place).\(member.key)") } ?? []
            }
        case "additionalProperties":
            return (value.objectValue?.members ?? []).filter { schema["properties"]?[$0.key] == nil }.flatMap { member in
                wanted == false
                    ? ["\(place): \(member.key) is not described"]
                    : complaints(about: member.value, wanted, at: "\(place).\(member.key)")
            }
        case "minimum", "maximum", "minLength", "maxLength", "pattern", "format":
            return isWithin(value, keyword, wanted) ? [] : ["\(place): \(value.text) is not of \(keyword) \(wanted.text)"]
        default:
            return Self.annotations.contains(keyword) ? [] : ["\(place): nobody here knows the keyword \(keyword)"]
        }
    }

    /// Limits are for values of their type, others pass.
    private func isWithin(_ value: JSON, _ keyword: String, _ limit: JSON) -> Bool {
        switch (keyword, value) {
        case ("minimum", .number(let number)): (number.double ?? 0) >= (limit.numberValue?.double ?? 0)
        case ("maximum", .number(let number)): (number.double ?? 0) <= (limit.numberValue?.double ?? 0)
        case ("minLength", .string(let text)): text.unicodeScalars.count >= limit.numberValue?.int ?? 0
        case ("maxLength", .string(let text)): text.unicodeScalars.count <= limit.numberValue?.int ?? 0
        case ("pattern", .string(let text)):
            (try? Regex(limit.stringValue ?? "").firstMatch(in: text)).flatMap(\.self) != nil
        case ("format", .string(let text)):
            switch limit {
            case "date-time": Timestamp(rfc3339: text) != nil && text.hasSuffix("Z")
            case "email": text.contains("@")
            default: false
            }
        default: true
        }
    }

    /// What a reference inside the document leads to.
    func resolve(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        var target: JSON? = document
        for name in reference.dropFirst(2).split(separator: "/") { target = target?[String(name)] }
        return target
    }
}

extension JSON {
    fileprivate func isOf(type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        // Clients decode counters as integers, which 4.0 is not (governance-api 1).
        case .number(let number): type == "number" || (type == "integer" && number.int != nil)
        }
    }
}
