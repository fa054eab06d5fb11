import EventLog

/// One thing that is wrong with the input, named as FastAPI names it (governance-api 1.2).
struct ValidationIssue {
    let type: String
    /// Where: `body` or `query`, then the field, or the offset in a text that is no JSON.
    let location: [JSON]
    let message: String
    let input: JSON
    var context: JSON?

    init(type: String, location: [JSON], message: String, input: JSON, context: JSON? = nil) {
        self.type = type
        self.location = location
        self.message = message
        self.input = input
        self.context = context
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", type)
            writer.member("loc", .array(location))
            writer.member("msg", message)
            writer.member("input", input)
            if let context { writer.member("ctx", context) }
        }
    }

    static func missing(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(type: "missing", location: location, message: "Field required", input: input)
    }

    static func notString(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "string_type", location: location, message: "Input should be a valid string", input: input)
    }

    static func tooShort(_ lengthMin: Int, _ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "string_too_short", location: location,
            message: "String should have at least \(lengthMin) characters", input: input,
            context: ["min_length": .number(JSONNumber(lengthMin))])
    }

    static func tooLong(_ lengthMax: Int, _ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "string_too_long", location: location,
            message: "String should have at most \(lengthMax) characters", input: input,
            context: ["max_length": .number(JSONNumber(lengthMax))])
    }

    static func notList(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(type: "list_type", location: location, message: "Input should be a valid list", input: input)
    }

    static func notBool(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(type: "bool_type", location: location, message: "Input should be a valid boolean", input: input)
    }

    static func notDictionary(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "dict_type", location: location, message: "Input should be a valid dictionary", input: input)
    }

    static func notNumber(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "float_type", location: location, message: "Input should be a valid number", input: input)
    }

    static func notInteger(_ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "int_parsing", location: location,
            message: "Input should be a valid integer, unable to parse string as an integer", input: input)
    }

    /// A word that is none of the known ones.
    static func notOneOf(_ words: [String], _ location: [JSON], input: JSON) -> ValidationIssue {
        let quoted = words.map { "'\($0)'" }
        let last = quoted.last ?? ""
        let expected = quoted.count > 1 ? quoted.dropLast().joined(separator: ", ") + " or " + last : last
        return ValidationIssue(
            type: "enum", location: location, message: "Input should be \(expected)", input: input,
            context: ["expected": .string(expected)])
    }

    /// A value of the right kind that cannot be used, with the reason.
    static func unusable(_ reason: String, _ location: [JSON], input: JSON) -> ValidationIssue {
        ValidationIssue(
            type: "value_error", location: location, message: "Value error, \(reason)", input: input,
            context: ["error": .string(reason)])
    }
}
