import EventLog
import Hummingbird

/// Reads the fields of a JSON body and collects everything that is wrong with them, in the order of reading.
struct BodyReader {
    /// What a body has to be; the two differ in how FastAPI words its complaint.
    enum Kind {
        case typed
        case freeForm
    }

    let object: JSONObject
    private(set) var issues: [ValidationIssue] = []

    init(_ object: JSONObject) {
        self.object = object
    }

    /// Parses a body.
    ///
    /// - Throws: `APIError` 422, or 400 for text that is not UTF-8.
    init(_ bytes: [UInt8], isJSON: Bool, as kind: Kind) throws {
        try self.init(Self.value(bytes, isJSON: isJSON), as: kind)
    }

    /// Reads a body that is parsed already; nil where there was none.
    init(_ value: JSON?, as kind: Kind) throws(APIError) {
        guard let value else { throw APIError([.missing(["body"], input: nil)]) }
        guard let object = value.objectValue else {
            switch kind {
            case .typed:
                throw APIError([
                    ValidationIssue(
                        type: "model_attributes_type", location: ["body"],
                        message: "Input should be a valid dictionary or object to extract fields from", input: value)
                ])
            case .freeForm: throw APIError([.notDictionary(["body"], input: value)])
            }
        }
        self.init(object)
    }

    /// The value of a body: nil for an empty one, a string for what says that it is no JSON.
    ///
    /// - Throws: 422 for JSON that is none, 400 for text that is not UTF-8.
    static func value(_ bytes: [UInt8], isJSON: Bool) throws(APIError) -> JSON? {
        if bytes.isEmpty { return nil }
        return isJSON ? try parse(bytes) : JSON.string(String(decoding: bytes, as: UTF8.self))
    }

    private static func parse(_ bytes: [UInt8]) throws(APIError) -> JSON {
        do {
            return try JSONParser.parse(bytes)
        } catch  where error.reason == .invalidUTF8 {
            throw APIError(.badRequest, detail: "There was an error parsing the body")
        } catch {
            throw APIError([
                ValidationIssue(
                    type: "json_invalid", location: ["body", .number(JSONNumber(error.offset))],
                    message: "JSON decode error", input: .emptyObject,
                    context: ["error": .string(error.reason.rawValue)])
            ])
        }
    }

    mutating func complain(_ issue: ValidationIssue) {
        issues.append(issue)
    }

    /// - Throws: 422 with everything that was wrong so far.
    func finish() throws {
        if !issues.isEmpty { throw APIError(issues) }
    }

    // MARK: Fields

    /// A string that must be there; empty on a complaint.
    mutating func requiredString(_ name: String, orElse alias: String? = nil) -> String {
        if let value = object[name]?.stringValue { return value }
        if let alias, let value = object[alias]?.stringValue { return value }
        if let value = object[name] {
            issues.append(.notString(["body", .string(name)], input: value))
        } else {
            issues.append(.missing(["body", .string(name)], input: .object(object)))
        }
        return ""
    }

    /// A value that must be there; nil on a complaint.
    mutating func required(_ name: String) -> JSON? {
        if let value = object[name] { return value }
        issues.append(.missing(["body", .string(name)], input: .object(object)))
        return nil
    }

    /// A string that must be there, be it null.
    mutating func requiredNullableString(_ name: String) -> String? {
        guard let value = required(name), !value.isNull else { return nil }
        return optionalString(name)
    }

    /// A list of strings that must be there; empty on a complaint.
    mutating func requiredStrings(_ name: String) -> [String] {
        guard let value = required(name) else { return [] }
        guard let elements = value.arrayValue else {
            issues.append(.notList(["body", .string(name)], input: value))
            return []
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = element.stringValue {
                texts.append(text)
            } else {
                let location: [JSON] = ["body", .string(name), .number(JSONNumber(index))]
                issues.append(.notString(location, input: element))
            }
        }
        return texts
    }

    /// A truth that may be absent.
    mutating func optionalBool(_ name: String) -> Bool? {
        guard let value = object[name] else { return nil }
        if let truth = value.boolValue { return truth }
        issues.append(.notBool(["body", .string(name)], input: value))
        return nil
    }

    /// A string that may be absent or null.
    mutating func optionalString(_ name: String) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        if let string = value.stringValue { return string }
        issues.append(.notString(["body", .string(name)], input: value))
        return nil
    }

    /// An object that may be absent or null.
    mutating func optionalObject(_ name: String) -> JSONObject? {
        guard let value = object[name], !value.isNull else { return nil }
        if let object = value.objectValue { return object }
        issues.append(.notDictionary(["body", .string(name)], input: value))
        return nil
    }
}
