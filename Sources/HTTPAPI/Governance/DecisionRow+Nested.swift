import EventLog
import Governance
import Projections

extension DecisionRow {
    /// Writes the members of the nested form into an object that is open (governance-api 5.1).
    func nestedMembers(to writer: inout JSONWriter) {
        writer.member("decision_id", decisionID)
        writer.member("status", status.rawValue)
        writer.member("risk_level", riskLevel.rawValue)
        writer.member("automation_level", automationLevel.rawValue)
        writer.member("created_at", createdAt)
        writer.member("sla_deadline", slaDeadline)
        nestedContext(to: &writer)
        resolutionMember(to: &writer)
    }

    func nestedContext(to writer: inout JSONWriter) {
        writer.object("context") { writer in
            writer.member("action_type", actionType)
            writer.member("action_params", raw: actionParams)
            writer.member("ai_reasoning", reasoning)
            writer.member("confidence", raw: confidence)
            writer.member("threat_score", raw: threatScore)
            writer.member("threat_type", threatType)
            writer.member("metadata", raw: metadata)
        }
    }

    /// The last thing that a person did, the operator's word rather than what the executor made of it; null while the
    /// decision is pending. Where the clock alone has moved it, there is a status and nobody who resolved it.
    func resolutionMember(to writer: inout JSONWriter) {
        writer.key("resolution")
        guard status != .pending else { return writer.null() }
        writer.object { writer in
            writer.member("status", verdict.rawValue)
            writer.member("resolved_at", resolvedAt)
            writer.member("resolved_by", resolvedBy)
        }
    }

    /// The operator's verdict where there is one, else the status.
    var verdict: DecisionStatus {
        switch operatorDecision {
        case "approve": .approved
        case "reject": .rejected
        case "escalate": .escalated
        default: status
        }
    }
}
