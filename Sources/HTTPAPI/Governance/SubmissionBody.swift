import EventLog
import Foundation
import Governance

/// Understands the four styles in which programs ask for a decision: nested, flat, that of the Go command line client,
/// and that of the services (governance-api 6.1 and 6.2). What has no place of its own is kept in the metadata.
struct SubmissionBody {
    private var reader: BodyReader
    private let context: JSONObject
    private let contextKey: String
    /// The places of those top-level members and context members that are what they are called.
    private var used: [Int] = []
    private var usedInContext: [Int] = []

    /// - Parameter contextKey: the member that holds the nested context.
    init(_ reader: BodyReader, contextKey: String = "context") {
        self.reader = reader
        self.contextKey = contextKey
        context = self.reader.optionalObject(contextKey) ?? JSONObject()
        _ = use(contextKey)
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
        let automation = word("automation_level", AutomationLevel.init(word:))
        var decisionContext = DecisionContext()
        decisionContext.actionType = action() ?? decisionContext.actionType
        decisionContext.actionParams = actionParams()
        decisionContext.reasoning = text("ai_reasoning", "reasoning", "description") ?? decisionContext.reasoning
        decisionContext.confidence = number("confidence") ?? decisionContext.confidence
        decisionContext.threatScore = number("threat_score") ?? decisionContext.threatScore
        decisionContext.threatType = text("threat_type") ?? decisionContext.threatType
        let slaOverride = slaSeconds()
        decisionContext.metadata = metadata()
        try reader.finish()
        return Submission(
            decisionID: decisionID, riskLevel: namedRisk ?? assess(decisionContext, context),
            automation: .requested(automation ?? .supervised), context: decisionContext, slaOverride: slaOverride,
            submittedBy: submittedBy)
    }

    // MARK: Finding

    private struct Found {
        let value: JSON
        let isInContext: Bool
    }

    /// The value of that name: nested first, else at the top. Null is absent.
    private mutating func find(_ name: String) -> Found? {
        if let place = context.place(of: name), !context.members[place].value.isNull {
            usedInContext.append(place)
            return Found(value: context.members[place].value, isInContext: true)
        }
        if let place = reader.object.place(of: name), !reader.object.members[place].value.isNull {
            used.append(place)
            return Found(value: reader.object.members[place].value, isInContext: false)
        }
        return nil
    }

    /// The value of a top-level member, which has found its place whatever it is.
    private mutating func use(_ name: String) -> JSON? {
        guard let place = reader.object.place(of: name) else { return nil }
        used.append(place)
        return reader.object.members[place].value
    }

    private func location(_ name: String, _ found: Found) -> [JSON] {
        found.isInContext ? ["body", .string(contextKey), .string(name)] : ["body", .string(name)]
    }

    private mutating func text(_ names: String...) -> String? {
        for name in names {
            guard let found = find(name) else { continue }
            if let text = found.value.stringValue { return text }
            reader.complain(.notString(location(name, found), input: found.value))
            return nil
        }
        return nil
    }

    private mutating func number(_ name: String) -> JSONNumber? {
        guard let found = find(name) else { return nil }
        let parsed = found.value.stringValue.flatMap { try? JSONParser.parse($0) } ?? found.value
        if let number = parsed.numberValue { return number }
        reader.complain(.notNumber(location(name, found), input: found.value))
        return nil
    }

    private mutating func object(_ name: String) -> JSONObject? {
        guard let found = find(name) else { return nil }
        if let object = found.value.objectValue { return object }
        reader.complain(.notDictionary(location(name, found), input: found.value))
        return nil
    }

    private mutating func word<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let found = find(name) else { return nil }
        if let parsed = found.value.stringValue.flatMap(parse) { return parsed }
        reader.complain(.notOneOf(Value.allCases.map(\.rawValue), location(name, found), input: found.value))
        return nil
    }

    // MARK: Fields

    private mutating func identifier() -> String? {
        guard let value = use("decision_id"), !value.isNull else { return nil }
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
        word("risk_level", RiskLevel.init(word:)) ?? word("severity", RiskLevel.init(word:))
    }

    private mutating func action() -> ActionType? {
        word("action_type") { ActionType(rawValue: $0.lowercased()) }
    }

    private mutating func actionParams() -> JSONObject {
        var params = object("action_params") ?? JSONObject()
        if params["target"] == nil, let target = find("target") { params["target"] = target.value }
        if params["action"] == nil, let action = find("recommended_action") { params["action"] = action.value }
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
        var metadata = object("metadata") ?? JSONObject()
        metadata.addMissing(reader.object.members(without: used))
        metadata.addMissing(context.members(without: usedInContext))
        return metadata
    }
}

extension JSONObject {
    fileprivate func members(without places: [Int]) -> [Member] {
        members.indices.lazy.filter { !places.contains($0) }.map { members[$0] }
    }
}
