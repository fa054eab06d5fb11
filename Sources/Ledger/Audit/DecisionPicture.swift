import EventLog
import Governance

/// What a decision looks like to those who look at it, as a fold of its stream: for a story that shows each step before
/// and after.
package struct DecisionPicture: Sendable, Hashable {
    /// In a fixed order, whatever has happened.
    package private(set) var members: JSONObject

    init(_ submitted: DecisionSubmitted) {
        members = JSONObject([
            .init(key: "status", value: .string(DecisionStatus.pending.rawValue)),
            .init(key: "in_queue", value: .bool(submitted.automationLevel.requiresReview)),
            .init(key: "risk_level", value: .string(submitted.riskLevel.rawValue)),
            .init(key: "automation_level", value: .string(submitted.automationLevel.rawValue)),
            .init(key: "sla_deadline", value: submitted.slaDeadline.map { .string($0.rfc3339) } ?? .null),
            .init(key: "sla_warned", value: false),
            .init(key: "operator_decision", value: .null),
            .init(key: "operator_id", value: .null),
            .init(key: "operator_notes", value: .null),
            .init(key: "resolved_at", value: .null),
            .init(key: "escalated_to", value: .null),
            .init(key: "escalation_reason", value: .null),
            .init(key: "execution_result", value: .null),
            .init(key: "execution_error", value: .null),
        ])
    }

    /// The picture after an event.
    func after(_ event: DecisionEvent, at moment: Timestamp) -> DecisionPicture {
        var picture = self
        switch event {
        case .submitted: break
        case .approved(let verdict): picture.answer("approve", verdict, verdict.comment, .approved, moment)
        case .rejected(let verdict, let reason):
            picture.answer("reject", verdict, reason.isEmpty ? verdict.comment : reason, .rejected, moment)
        case .escalated(let escalated):
            if let verdict = escalated.verdict {
                picture.answer("escalate", verdict, verdict.comment, .escalated, moment)
            } else {
                picture.move(to: .escalated)
            }
            picture.members["escalated_to"] = .string(escalated.toRole)
            picture.members["escalation_reason"] = .string(escalated.reason)
        case .slaWarned: picture.members["sla_warned"] = true
        case .timedOut: picture.move(to: .timeout)
        case .cancelled: picture.move(to: .cancelled)
        case .executed(_, let result):
            picture.move(to: .executed)
            picture.members["execution_result"] = result
        case .executionFailed(_, let error):
            picture.move(to: .failed)
            picture.members["execution_error"] = .string(error)
        }
        return picture
    }

    private mutating func move(to status: DecisionStatus) {
        members["status"] = .string(status.rawValue)
        if !status.isOpen { members["in_queue"] = false }
    }

    private mutating func answer(
        _ answer: String, _ verdict: OperatorVerdict, _ notes: String, _ status: DecisionStatus, _ moment: Timestamp
    ) {
        move(to: status)
        members["operator_decision"] = .string(answer)
        members["operator_id"] = .string(verdict.operatorID)
        members["operator_notes"] = .string(notes)
        members["resolved_at"] = .string(moment.rfc3339)
    }

    package struct Change: Sendable, Hashable {
        package let member: String
        package let before: JSON
        package let after: JSON
    }

    /// What is another thing in this picture than in an earlier one; against none everything that is there.
    package func changes(since earlier: DecisionPicture?) -> [Change] {
        members.members.compactMap { member in
            let before = earlier?.members[member.key] ?? .null
            return before == member.value ? nil : Change(member: member.key, before: before, after: member.value)
        }
    }
}
