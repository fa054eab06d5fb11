import EventLog

/// A JSON Schema (2020-12), with the named schemas that it speaks of.
struct Schema: Sendable {
    private(set) var keywords: JSONObject
    private(set) var references: [NamedSchema] = []

    private init(_ keywords: JSONObject, references: [NamedSchema] = []) {
        self.keywords = keywords
        self.references = references
    }

    private init(type: String) {
        self.init(JSONObject([.init(key: "type", value: .string(type))]))
    }

    var json: JSON { .object(keywords) }

    // MARK: Values

    static let anything = Schema(JSONObject())
    static let string = Schema(type: "string")
    static let boolean = Schema(type: "boolean")
    static let number = Schema(type: "number")
    static let integer = Schema(type: "integer")
    static let null = Schema(type: "null")
    static let anyObject = Schema(type: "object")
    /// RFC 3339.
    static let moment = string.with("format", "date-time")
    static let email = string.with("format", "email")
    /// A whole number from 0.
    static let count = integer.with("minimum", 0)
    /// A number from 0.
    static let amount = number.with("minimum", 0)

    /// - Parameter lengths: in characters, as JSON Schema counts them.
    static func text(_ lengths: ClosedRange<Int>) -> Schema {
        text(atLeast: lengths.lowerBound).with("maxLength", JSON(lengths.upperBound))
    }

    static func text(atLeast length: Int) -> Schema { string.with("minLength", JSON(length)) }

    static func pattern(_ pattern: String) -> Schema { string.matching(pattern) }

    static func integer(_ values: ClosedRange<Int>) -> Schema {
        integer.with("minimum", JSON(values.lowerBound)).with("maximum", JSON(values.upperBound))
    }

    static func number(_ values: ClosedRange<Int>) -> Schema {
        number.with("minimum", JSON(values.lowerBound)).with("maximum", JSON(values.upperBound))
    }

    /// One of these words.
    static func word(_ words: [String]) -> Schema {
        string.with("enum", .array(words.map { .string($0) }))
    }

    /// This word and no other.
    static func constant(_ word: String) -> Schema { string.with("const", .string(word)) }

    // MARK: Structures

    static func list(of element: Schema) -> Schema {
        Schema(type: "array").with("items", element)
    }

    /// An object that has these members and no others.
    static func object(_ properties: [Property]) -> Schema {
        openObject(properties).with("additionalProperties", false)
    }

    /// An object that has these members, and others that nobody minds.
    static func openObject(_ properties: [Property]) -> Schema {
        var schema = anyObject
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { schema = schema.with("required", .array(required)) }
        let members = properties.map { JSONObject.Member(key: $0.name, value: $0.schema.json) }
        schema = schema.with("properties", .object(JSONObject(members)))
        schema.references = properties.flatMap(\.schema.references)
        return schema
    }

    /// An object whose members all are of one kind, whatever they are called.
    static func map(to value: Schema) -> Schema {
        anyObject.with("additionalProperties", value)
    }

    static func reference(_ named: NamedSchema) -> Schema {
        Schema(
            JSONObject([.init(key: "$ref", value: .string("#/components/schemas/\(named.name)"))]), references: [named])
    }

    static func any(of schemas: [Schema]) -> Schema {
        Schema(
            JSONObject([.init(key: "anyOf", value: .array(schemas.map(\.json)))]),
            references: schemas.flatMap(\.references))
    }

    // MARK: Changes

    /// The same or null.
    var orNull: Schema {
        guard let type = keywords["type"]?.stringValue else { return .any(of: [self, .null]) }
        var schema = with("type", [.string(type), "null"])
        if let words = keywords["enum"]?.arrayValue { schema = schema.with("enum", .array(words + [.null])) }
        return schema
    }

    /// The same with a word about what it means.
    func meaning(_ text: String) -> Schema { with("description", .string(text)) }

    func example(_ value: JSON) -> Schema { with("examples", [value]) }

    /// The same with what stands for it where it is absent.
    func standard(_ value: JSON) -> Schema { with("default", value) }

    /// The same as far as the regular expression (ECMA-262) finds itself in it.
    func matching(_ pattern: String) -> Schema { with("pattern", .string(pattern)) }

    /// The same object with at least one of these members, each as described.
    func requiring(anyOf names: [String], as schema: Schema) -> Schema {
        let choices = names.map { name -> JSON in
            ["required": [.string(name)], "properties": .object(JSONObject([.init(key: name, value: schema.json)]))]
        }
        return with("anyOf", .array(choices))
    }

    private func with(_ keyword: String, _ value: JSON) -> Schema {
        var schema = self
        schema.keywords[keyword] = value
        return schema
    }

    private func with(_ keyword: String, _ value: Schema) -> Schema {
        var schema = with(keyword, value.json)
        schema.references += value.references
        return schema
    }
}

extension JSON {
    fileprivate init(_ value: Int) {
        self = .number(JSONNumber(value))
    }
}
