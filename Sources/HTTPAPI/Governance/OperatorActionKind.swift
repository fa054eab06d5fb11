import EventLog
import Governance
import Ledger
import Projections

/// What an operator may do about a decision: the last part of the path.
enum OperatorActionKind: String, CaseIterable, Sendable {
    case approve, reject, escalate

    /// What a decision is then.
    var status: DecisionStatus {
        switch self {
        case .approve: .approved
        case .reject: .rejected
        case .escalate: .escalated
        }
    }

    fileprivate var outcome: String {
        switch self {
        case .approve: "approved and executed"
        case .reject: "rejected"
        case .escalate: "escalated"
        }
    }

    /// The command that the body of a request asks for.
    ///
    /// - Throws: `APIError` 422 with everything that is wrong.
    func command(on decisionID: String, _ reader: inout BodyReader, by principal: Principal?) throws -> Command {
        let sessionID = reader.requiredString("session_id")
        let reason: String
        switch self {
        case .approve: reason = ""
        case .reject: reason = reader.requiredString("reason", orElse: "reasoning")
        case .escalate: reason = reader.requiredString("escalation_reason", orElse: "reasoning")
        }
        let target =
            self == .escalate ? reader.optionalString("escalation_target") ?? reader.optionalString("to_level") : nil
        let action = OperatorAction(
            sessionID: sessionID, owner: principal?.name, comment: reader.optionalString("comment"),
            reasoning: reader.optionalString("reasoning"))
        try reader.finish()
        return switch self {
        case .approve: .approve(decisionID: decisionID, action)
        case .reject: .reject(decisionID: decisionID, action, reason: reason)
        case .escalate: .escalate(decisionID: decisionID, action, reason: reason, target: target)
        }
    }

    /// Writes the members of the answer.
    ///
    /// - Parameter actionType: of the decision.
    func write(
        _ receipt: Receipt, on decisionID: String, actionType: String, at moment: Timestamp,
        to writer: inout JSONWriter
    ) {
        writer.member("decision_id", decisionID)
        writer.member("action", status.rawValue)
        writer.member("status", status.rawValue)
        writer.member("message", "Decision \(decisionID) \(outcome)")
        switch self {
        case .approve: Self.writeExecution(receipt, of: actionType, to: &writer)
        case .reject:
            writer.member("executed", false)
            writer.member("result", .null)
            writer.member("error", nil as String?)
        case .escalate: Self.writeEscalation(receipt, of: decisionID, to: &writer)
        }
        writer.member("success", true)
        writer.member("timestamp", moment)
        writer.member("metadata", .emptyObject)
    }

    private static func writeExecution(_ receipt: Receipt, of actionType: String, to writer: inout JSONWriter) {
        let result = receipt.first { if case .decision(.executed(_, let result)) = $0 { result } else { nil } }?.value
        let failure =
            receipt.first { if case .decision(.executionFailed(_, let error)) = $0 { error } else { nil } }?.value
        writer.member("executed", result != nil)
        writer.member("result", raw: result?.text ?? "{}")
        writer.member(
            "error", result != nil ? nil : failure ?? "No executor registered for action type: \(actionType)")
    }

    private static func writeEscalation(_ receipt: Receipt, of decisionID: String, to writer: inout JSONWriter) {
        let escalated = receipt.first { if case .decision(.escalated(let event)) = $0 { event } else { nil } }
        writer.member("executed", false)
        writer.object("result") { writer in
            writer.member("decision_id", decisionID)
            writer.member("status", "escalated")
            writer.member("escalated_to", escalated?.value.toRole)
            writer.member("escalation_event_id", escalated.map { "esc_\($0.recorded.id.text)" })
            writer.member("reason", escalated?.value.reason)
            writer.memberIfPresent("requested_target", escalated?.value.requestedTarget)
        }
        writer.member("error", nil as String?)
    }
}
