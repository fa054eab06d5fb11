import EventLog
import Governance

/// Ordinary values for tests that care about something else.
package enum Sample {
    package static func submission(
        _ decisionID: String = "d1", risk: RiskLevel = .high, automation: AutomationLevel = .supervised,
        target: String = "192.0.2.1", sla: Interval? = nil
    ) -> Submission {
        Submission(
            decisionID: decisionID, riskLevel: risk, automation: .requested(automation),
            context: DecisionContext(
                actionType: .blockIP, actionParams: JSONObject([.init(key: "target", value: .string(target))]),
                reasoning: "port scan", confidence: JSONNumber(0.9), threatScore: JSONNumber(0.8), threatType: "scan"),
            slaOverride: sla, submittedBy: "agent:test")
    }

    package static func openSession(_ operatorID: String = "alice@host", role: String = "soc_operator") -> OpenSession {
        OpenSession(operatorID: operatorID, operatorRole: role)
    }
}
