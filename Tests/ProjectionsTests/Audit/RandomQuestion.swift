import EventLog
import Governance
import VerdictTesting

@testable import Projections

extension AuditQuestion {
    /// A question with some of the filters, and values of which most lead to something.
    static func random(among entries: [NaiveEntry], using random: inout SeededRandom) -> AuditQuestion {
        var question = AuditQuestion()
        func some<Value>(_ percent: Int, _ make: (inout SeededRandom) -> Value) -> [Value] {
            guard random.chance(percent) else { return [] }
            return (0..<Int.random(in: 1...3, using: &random)).map { _ in make(&random) }
        }
        question.decisionIDs = some(12) { $0.pick(entries).decisionID ?? "none" }
        question.eventTypes = some(25) { AuditEventType(name: $0.pick(entries).type) ?? .other }
        question.actorKinds = some(10) { $0.pick([.ai, .human, .system]) }
        question.actorIDs = some(20) { $0.chance(15) ? "escalation_manager" : $0.pick(entries).author }
        question.sessionIDs = some(10) { $0.pick(entries).session ?? "none" }
        question.riskLevels = some(15) { $0.pick(RiskLevel.allCases) }
        question.automationLevels = some(10) { $0.pick(AutomationLevel.allCases) }
        question.statuses = some(15) { $0.pick(DecisionStatus.allCases) }
        question.tags = some(20) { $0.pick(AuditTags.all).tag }
        question.targets = some(15) { $0.pick(entries).target ?? "none" }
        question.texts = some(10) { $0.pick(["SEEN", "wide", "früher", "100 %", "machine", "_", "'"]) }
        question.includesIdentity = random.chance(80)
        if random.chance(30) { question.from = Timestamp(microseconds: random.pick(entries).recordedAt) }
        if random.chance(30) {
            question.until = Timestamp(
                microseconds: random.pick(entries).recordedAt + Int64.random(in: -1...1, using: &random))
        }
        return question
    }

    /// The same by looking at every entry.
    func matches(_ entry: NaiveEntry) -> Bool {
        func any<Value: Equatable>(_ wanted: [Value], _ value: Value?) -> Bool {
            wanted.isEmpty || value.map { wanted.contains($0) } ?? false
        }
        let identity = [
            "user_", "password_", "credential_", "second_factor", "backup_", "login_", "code_", "permission_",
            "socket_", "other",
        ]
        return any(decisionIDs, entry.decisionID) && any(eventTypes.map(\.name), entry.type)
            && any(actorKinds.map(\.name), entry.actorKind)
            && (any(actorIDs, entry.author)
                || (actorIDs.contains("escalation_manager") && entry.type == "decision_escalated"))
            && any(sessionIDs, entry.session) && any(riskLevels.map(\.rawValue), entry.risk)
            && any(automationLevels.map(\.rawValue), entry.automation) && any(statuses.map(\.rawValue), entry.status)
            && (tags.isEmpty || !entry.tags.isDisjoint(with: tags.flatMap(\.names))) && any(targets, entry.target)
            && (texts.isEmpty
                || texts.contains { entry.reason?.lowercasedASCII.contains($0.lowercasedASCII) ?? false })
            && (includesIdentity || !identity.contains { entry.type.hasPrefix($0) })
            && (from.map { entry.recordedAt >= $0.microseconds } ?? true)
            && (until.map { entry.recordedAt <= $0.microseconds } ?? true)
    }
}

extension AuditOrder {
    static func random(using random: inout SeededRandom) -> AuditOrder {
        AuditOrder(by: random.pick([.timestamp, .timestamp, .decisionID, .riskLevel]), descending: random.chance(50))
    }

    /// The entries in that order.
    func sorted(_ entries: [NaiveEntry]) -> [NaiveEntry] {
        let risks = ["low", "medium", "high", "critical"]
        return entries.sorted { left, right in
            let (first, second) = isDescending ? (right, left) : (left, right)
            switch key {
            case .timestamp: return first.place < second.place
            case .decisionID:
                guard left.decisionID != right.decisionID else { return first.place < second.place }
                guard left.decisionID != nil, right.decisionID != nil else { return right.decisionID == nil }
                return (first.decisionID ?? "") < (second.decisionID ?? "")
            case .riskLevel:
                guard left.risk != right.risk else { return first.place < second.place }
                guard left.risk != nil, right.risk != nil else { return right.risk == nil }
                return (risks.firstIndex(of: first.risk ?? "") ?? 0) < (risks.firstIndex(of: second.risk ?? "") ?? 0)
            }
        }
    }
}
