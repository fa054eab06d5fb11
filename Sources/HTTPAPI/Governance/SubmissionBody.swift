import EventLog
import Foundation
import Governance

/// Understands the four styles in which programs ask for a decision: nested, flat, that of the Go command line client,
/// and that of the services (governance-api 6.1 and 6.2). What has no place of its own is kept in the metadata.
struct SubmissionBody {
    private var reader: BodyReader
    private let context: JSONObject
    private let contextKey: String
    /// Whether nothing in the context is defined: a service writes into it what it likes (governance-api 6.2).
    private let isFreeForm: Bool
    /// The places of those top-level members and context members that are what they are called.
    private var used: [Int] = []
    private var usedInContext: [Int] = []

    /// - Parameters:
    ///   - contextKey: the member that holds the nested context.
    ///   - isFreeForm: whether a context may hold anything.
    init(_ reader: BodyReader, contextKey: String = "context", isFreeForm: Bool = false) {
        self.reader = reader
        self.contextKey = contextKey
        self.isFreeForm = isFreeForm
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
        let automation = word("automation_level", .top, AutomationLevel.init(word:))
        var decisionContext = DecisionContext()
        decisionContext.actionType = action() ?? decisionContext.actionType
        decisionContext.actionParams = actionParams()
        decisionContext.reasoning = reasoning() ?? decisionContext.reasoning
        decisionContext.confidence = number("confidence", .nested) ?? decisionContext.confidence
        decisionContext.threatScore = number("threat_score", .nested) ?? decisionContext.threatScore
        decisionContext.threatType = text("threat_type", .nested) ?? decisionContext.threatType
        let slaOverride = slaSeconds()
        decisionContext.metadata = metadata()
        try reader.finish()
        return Submission(
            decisionID: decisionID, riskLevel: namedRisk ?? assess(decisionContext, context),
            automation: .requested(automation ?? .supervised), context: decisionContext, slaOverride: slaOverride,
            submittedBy: submittedBy)
    }

    // MARK: Finding

    /// Where a member is looked for. Whatever else stands in a context is free form: it says what the program knows, not who
    /// is asked and by when.
    private enum Place {
        /// In the context, where the nested style has it, and else at the top.
        case nested
        /// At the top, where the flat styles have it, and else in the context if it makes sense there.
        case flat
        /// At the top alone.
        case top
    }

    private struct Candidate {
        let place: Int
        let value: JSON
        let isInContext: Bool
        /// Whether a value that is not what it is called is a mistake; anything may stand in a free form.
        let mustFit: Bool
    }

    /// The members of that name that count, in the order in which they do. Null is absent.
    private mutating func candidates(_ name: String, _ place: Place) -> (Candidate?, Candidate?) {
        let top = candidate(reader.object, name, isInContext: false, mustFit: true)
        if place == .top { return (top, nil) }
        let inner = candidate(context, name, isInContext: true, mustFit: place == .nested && !isFreeForm)
        return place == .nested ? (inner, top) : (top, inner)
    }

    private mutating func candidate(
        _ object: JSONObject, _ name: String, isInContext: Bool, mustFit: Bool
    ) -> Candidate? {
        guard let place = object.place(of: name) else { return nil }
        let candidate = Candidate(
            place: place, value: object.members[place].value, isInContext: isInContext, mustFit: mustFit)
        guard candidate.value.isNull else { return candidate }
        use(candidate)
        return nil
    }

    private mutating func use(_ candidate: Candidate) {
        if candidate.isInContext { usedInContext.append(candidate.place) } else { used.append(candidate.place) }
    }

    /// The value of a top-level member, which has found its place whatever it is.
    private mutating func use(_ name: String) -> JSON? {
        guard let place = reader.object.place(of: name) else { return nil }
        used.append(place)
        return reader.object.members[place].value
    }

    /// The value of that name, if `parse` makes anything of it.
    private mutating func read<Value>(
        _ name: String, _ place: Place, orElse issue: ([JSON], JSON) -> ValidationIssue, _ parse: (JSON) -> Value?
    ) -> Value? {
        let (first, second) = candidates(name, place)
        if let first, let judged = judge(first, name, issue, parse) { return judged }
        if let second, let judged = judge(second, name, issue, parse) { return judged }
        return nil
    }

    /// - Returns: nil for one that does not count, and nil within for one that was complained about.
    private mutating func judge<Value>(
        _ candidate: Candidate, _ name: String, _ issue: ([JSON], JSON) -> ValidationIssue, _ parse: (JSON) -> Value?
    ) -> Value?? {
        if let value = parse(candidate.value) {
            use(candidate)
            return .some(value)
        }
        guard candidate.mustFit else { return nil }
        use(candidate)
        let location: [JSON] = candidate.isInContext ? [.string(contextKey), .string(name)] : [.string(name)]
        reader.complain(issue(["body"] + location, candidate.value))
        return .some(nil)
    }

    private mutating func text(_ name: String, _ place: Place) -> String? {
        read(name, place, orElse: { .notString($0, input: $1) }, \.stringValue)
    }

    private mutating func number(_ name: String, _ place: Place) -> JSONNumber? {
        read(name, place, orElse: { .notNumber($0, input: $1) }) { value in
            let parsed = value.stringValue.flatMap { try? JSONParser.parse($0) } ?? value
            return parsed.numberValue
        }
    }

    private mutating func object(_ name: String) -> JSONObject? {
        read(name, .nested, orElse: { .notDictionary($0, input: $1) }, \.objectValue)
    }

    private mutating func word<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String, _ place: Place, _ parse: (String) -> Value?
    ) -> Value? {
        read(name, place, orElse: { .notOneOf(Value.allCases.map(\.rawValue), $0, input: $1) }) {
            $0.stringValue.flatMap(parse)
        }
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
        word("risk_level", .top, RiskLevel.init(word:)) ?? word("severity", .top, RiskLevel.init(word:))
    }

    private mutating func action() -> ActionType? {
        word("action_type", .nested) { ActionType(rawValue: $0.lowercased()) }
    }

    private mutating func actionParams() -> JSONObject {
        var params = object("action_params") ?? JSONObject()
        for (name, source) in [("target", "target"), ("action", "recommended_action")] where params[name] == nil {
            let (first, second) = candidates(source, .flat)
            guard let found = first ?? second else { continue }
            use(found)
            params[name] = found.value
        }
        return params
    }

    private mutating func reasoning() -> String? {
        text("ai_reasoning", .nested) ?? text("reasoning", .flat) ?? text("description", .flat)
    }

    private mutating func slaSeconds() -> Interval? {
        guard let seconds = number("sla_seconds", .top) else { return nil }
        guard let value = seconds.double, value > 0, value <= 315_360_000 else {
            reader.complain(
                .unusable(
                    "sla_seconds must be greater than 0 and at most 315360000", ["body", "sla_seconds"],
                    input: .number(seconds)))
            return nil
        }
        return .seconds(value)
    }

    /// What the program calls metadata, and everything that has no other place; under a longer name where the name is taken.
    private mutating func metadata() -> JSONObject {
        var metadata = object("metadata") ?? JSONObject()
        let rest = [
            ("body", reader.object.members(without: used)), (contextKey, context.members(without: usedInContext)),
        ]
        for (source, members) in rest {
            let taken = metadata.addMissing(members)
            metadata.addMissing(taken.map { JSONObject.Member(key: "\(source).\($0.key)", value: $0.value) })
        }
        return metadata
    }
}

extension JSONObject {
    fileprivate func members(without places: [Int]) -> [Member] {
        members.indices.lazy.filter { !places.contains($0) }.map { members[$0] }
    }
}
