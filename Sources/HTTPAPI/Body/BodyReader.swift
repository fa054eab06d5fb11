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
        guard !bytes.isEmpty else { throw APIError([.missing(["body"], input: nil)]) }
        let value = isJSON ? try Self.parse(bytes) : JSON.string(String(decoding: bytes, as: UTF8.self))
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

    private static func parse(_ bytes: [UInt8]) throws -> JSON {
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
