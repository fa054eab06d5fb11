import EventLog
import Foundation
import Governance

/// Understands the four styles in which programs ask for a decision: nested, flat, that of the Go command line client,
/// and that of the services (governance-api 6.1 and 6.2). What has no place of its own is kept in the metadata.
struct SubmissionBody {
    private var reader: BodyReader
    private let context: JSONObject
    private let contextKey: String
    /// Top-level members and context members that found their place.
    private var used: Set<String> = []
    private var usedInContext: Set<String> = []

    /// - Parameter contextKey: the member that holds the nested context.
    init(_ reader: BodyReader, contextKey: String = "context") {
        self.reader = reader
        self.contextKey = contextKey
        used = [contextKey]
        context = self.reader.optionalObject(contextKey) ?? JSONObject()
    }

    /// - Parameters:
    ///   - newID: makes an id where the program gives none.
    ///   - assess: computes the level of a submission that names none.
    /// - Throws: `APIError` 422 with everything that is wrong.
    mutating func submission(
        submittedBy: String, newID: () -> String, assess: (DecisionContext, JSONObject) -> RiskLevel = { _, _ in .high }
    ) throws -> Submission {
        let decisionID = identifier() ?? newID()
        let namedRisk = risk()
        let automation = word("automation_level", AutomationLevel.init(word:), AutomationLevel.allCases.map(\.rawValue))
        var decisionContext = DecisionContext()
        decisionContext.actionType = action() ?? decisionContext.actionType
        decisionContext.actionParams = actionParams()
        decisionContext.reasoning = text(["ai_reasoning", "reasoning", "description"]) ?? decisionContext.reasoning
        decisionContext.confidence = number("confidence") ?? decisionContext.confidence
        decisionContext.threatScore = number("threat_score") ?? decisionContext.threatScore
        decisionContext.threatType = text(["threat_type"]) ?? decisionContext.threatType
        let slaOverride = slaSeconds()
        decisionContext.metadata = metadata()
        try reader.finish()
        return Submission(
            decisionID: decisionID, riskLevel: namedRisk ?? assess(decisionContext, context),
            automation: .requested(automation ?? .supervised), context: decisionContext, slaOverride: slaOverride,
            submittedBy: submittedBy)
    }

    // MARK: Finding

    /// The value of that name: nested first, else at the top. Null is absent.
    private mutating func find(_ name: String) -> (value: JSON, location: [JSON])? {
        if let value = context[name], !value.isNull {
            usedInContext.insert(name)
            return (value, ["body", .string(contextKey), .string(name)])
        }
        if let value = reader.object[name], !value.isNull {
            used.insert(name)
            return (value, ["body", .string(name)])
        }
        return nil
    }

    private mutating func text(_ names: [String]) -> String? {
        for name in names {
            guard let (value, location) = find(name) else { continue }
            if let text = value.stringValue { return text }
            reader.complain(.notString(location, input: value))
            return nil
        }
        return nil
    }

    private mutating func number(_ name: String) -> JSONNumber? {
        guard let (value, location) = find(name) else { return nil }
        let parsed = value.stringValue.flatMap { try? JSONParser.parse($0) } ?? value
        if let number = parsed.numberValue, number.double != nil { return number }
        reader.complain(.notNumber(location, input: value))
        return nil
    }

    private mutating func object(_ name: String) -> JSONObject? {
        guard let (value, location) = find(name) else { return nil }
        if let object = value.objectValue { return object }
        reader.complain(.notDictionary(location, input: value))
        return nil
    }

    private mutating func word<Value>(_ name: String, _ parse: (String) -> Value?, _ words: [String]) -> Value? {
        guard let (value, location) = find(name) else { return nil }
        if let parsed = value.stringValue.flatMap(parse) { return parsed }
        reader.complain(.notOneOf(words, location, input: value))
        return nil
    }

    // MARK: Fields

    private mutating func identifier() -> String? {
        used.insert("decision_id")
        guard let value = reader.object["decision_id"], !value.isNull else { return nil }
        guard let text = value.stringValue ?? value.numberValue?.text else {
            reader.complain(.notString(["body", "decision_id"], input: value))
            return nil
        }
        let reason =
            text.isEmpty
            ? "must not be empty"
            : Identifier.reasonToRefuse(text, sizeBytesMax: Identifier.decisionSizeBytesMax)
        if let reason {
            reader.complain(.unusable("decision_id \(reason)", ["body", "decision_id"], input: value))
        }
        return text
    }

    private mutating func risk() -> RiskLevel? {
        let words = RiskLevel.allCases.map(\.rawValue)
        return word("risk_level", RiskLevel.init(word:), words) ?? word("severity", RiskLevel.init(word:), words)
    }

    private mutating func action() -> ActionType? {
        word("action_type", { ActionType(rawValue: $0.lowercased()) }, ActionType.allCases.map(\.rawValue))
    }

    private mutating func actionParams() -> JSONObject {
        var params = object("action_params") ?? JSONObject()
        if params["target"] == nil, let (target, _) = find("target") { params["target"] = target }
        if params["action"] == nil, let (action, _) = find("recommended_action") { params["action"] = action }
        return params
    }

    private mutating func slaSeconds() -> Interval? {
        guard let seconds = number("sla_seconds") else { return nil }
        guard let value = seconds.double, value > 0, value <= 315_360_000 else {
            reader.complain(
                .unusable(
                    "sla_seconds must be greater than 0 and at most 315360000", ["body", "sla_seconds"],
                    input: .number(seconds)))
            return nil
        }
        return .seconds(value)
    }

    /// What the program calls metadata, and everything that has no other place.
    private mutating func metadata() -> JSONObject {
        var members = (object("metadata") ?? JSONObject()).members
        // Names are told apart by their bytes, as everywhere in JSON; a body may have a hundred thousand of them.
        var taken = Set(members.map { Array($0.key.utf8) })
        for member in reader.object.members where !used.contains(member.key) {
            if taken.insert(Array(member.key.utf8)).inserted { members.append(member) }
        }
        for member in context.members where !usedInContext.contains(member.key) {
            if taken.insert(Array(member.key.utf8)).inserted { members.append(member) }
        }
        return JSONObject(members)
    }
}
