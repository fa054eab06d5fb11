import EventLog

@testable import Governance

/// One event of each type, with every member set and unset, and the payload that stands for it in existing logs.
enum RecordedPayloads {
    struct Sample: Sendable, CustomStringConvertible {
        let type: String
        let payload: String
        let event: GovernanceEvent

        var description: String { "\(type) \(payload)" }

        func recorded() -> RecordedEvent { RecordedPayloads.recorded(type, payload) }
    }

    static func recorded(_ type: String, _ payload: String) -> RecordedEvent {
        RecordedEvent(
            position: 7, stream: StreamName(text: "decision/d1"), version: 3, type: type,
            id: EventID(at: .noon, random: 0), recordedAt: .noon, actor: "agent:test", data: Array(payload.utf8),
            metadata: "{}")
    }

    private static let verdict = OperatorVerdict(
        decisionID: "d1", operatorID: "alice@host", sessionID: "s1", comment: "a \"word\"", reasoning: "why",
        decisionCreatedAt: .noon)

    private static let silentVerdict = OperatorVerdict(
        decisionID: "d1", operatorID: "alice@host", sessionID: "s1", comment: "", reasoning: nil,
        decisionCreatedAt: .noon)

    private static let notice = DeadlineNotice(
        decisionID: "d1", riskLevel: .high, actionType: .blockIP, slaDeadline: .noon + .minutes(10))

    private static let submitted = DecisionSubmitted(
        decisionID: "d1", riskLevel: .high, automationLevel: .supervised,
        context: DecisionContext(
            actionType: .isolateHost,
            actionParams: JSONObject([.init(key: "target", value: "h1"), .init(key: "n", value: .array([1, nil]))]),
            reasoning: "é😀\n", confidence: JSONNumber(0.95), threatScore: JSONNumber(9.9), threatType: "recon",
            metadata: JSONObject([.init(key: "a", value: ["b": true])])),
        submittedBy: "agent:candi", priorityScore: 0.9, createdAt: .noon, slaDeadline: .noon + .minutes(10),
        warnAt: .noon + .seconds(450))

    private static let fullyAutomatic = DecisionSubmitted(
        decisionID: "d1", riskLevel: .low, automationLevel: .full, context: DecisionContext(),
        submittedBy: "agent:unknown", priorityScore: 0.25, createdAt: .noon, slaDeadline: nil, warnAt: nil)

    private static let byOperator = DecisionEscalated(
        decisionID: "d1", type: .operatorRequest, fromRole: "soc_operator", toRole: "ciso",
        requestedTarget: "senior_analyst", reason: "up", ruleID: nil, notify: [], verdict: verdict)

    private static let byClock = DecisionEscalated(
        decisionID: "d1", type: .timeout, fromRole: "unassigned", toRole: "ciso", requestedTarget: nil,
        reason: "late", ruleID: "critical_risk_escalation", notify: [.email, .sms, .chat], verdict: nil)

    private static let opened = SessionOpened(
        sessionID: "s1", operatorID: "alice@host", operatorName: "Alice", operatorRole: "ciso", createdAt: .noon,
        expiresAt: .noon + .hours(8), ipAddress: "192.0.2.7", userAgent: "tui/1",
        metadata: JSONObject([.init(key: "k", value: 1)]))

    private static let openedPlainly = SessionOpened(
        sessionID: "s1", operatorID: "a", operatorName: "a", operatorRole: "r", createdAt: .noon, expiresAt: .noon,
        ipAddress: nil, userAgent: nil, metadata: JSONObject())

    private static let noon = "2026-01-15T12:00:00.000000Z"
    private static let words =
        #""operator_id":"alice@host","session_id":"s1","comment":"a \"word\"","reasoning":"why","#
        + #""decision_created_at":"2026-01-15T12:00:00.000000Z""#
    private static let deadline =
        #""risk_level":"high","action_type":"block_ip","sla_deadline":"2026-01-15T12:10:00.000000Z""#

    static let all: [Sample] = [
        Sample(
            type: "decision.submitted.v1",
            payload: #"{"decision_id":"d1","risk_level":"high","automation_level":"supervised","#
                + #""submitted_by":"agent:candi","priority_score":0.9,"created_at":"2026-01-15T12:00:00.000000Z","#
                + #""sla_deadline":"2026-01-15T12:10:00.000000Z","warn_at":"2026-01-15T12:07:30.000000Z","#
                + #""context":{"action_type":"isolate_host","action_params":{"target":"h1","n":[1,null]},"#
                + #""ai_reasoning":"é😀\n","confidence":0.95,"threat_score":9.9,"threat_type":"recon","#
                + #""metadata":{"a":{"b":true}}}}"#,
            event: .decision(.submitted(submitted))),
        Sample(
            type: "decision.submitted.v1",
            payload: #"{"decision_id":"d1","risk_level":"low","automation_level":"full","#
                + #""submitted_by":"agent:unknown","priority_score":0.25,"created_at":"2026-01-15T12:00:00.000000Z","#
                + #""sla_deadline":null,"warn_at":null,"context":{"action_type":"block_ip","action_params":{},"#
                + #""ai_reasoning":"","confidence":0.0,"threat_score":0.0,"threat_type":"unknown","metadata":{}}}"#,
            event: .decision(.submitted(fullyAutomatic))),
        Sample(
            type: "decision.approved.v1", payload: #"{"decision_id":"d1","# + words + "}",
            event: .decision(.approved(verdict))),
        Sample(
            type: "decision.approved.v1",
            payload: #"{"decision_id":"d1","operator_id":"alice@host","session_id":"s1","comment":"","reasoning":null,"#
                + #""decision_created_at":"2026-01-15T12:00:00.000000Z"}"#,
            event: .decision(.approved(silentVerdict))),
        Sample(
            type: "decision.rejected.v1", payload: #"{"decision_id":"d1","# + words + #","reason":"no"}"#,
            event: .decision(.rejected(verdict, reason: "no"))),
        Sample(
            type: "decision.escalated.v1",
            payload: #"{"decision_id":"d1","type":"operator_request","from_role":"soc_operator","to_role":"ciso","#
                + #""requested_target":"senior_analyst","reason":"up","rule_id":null,"notify":[],"# + words + "}",
            event: .decision(.escalated(byOperator))),
        Sample(
            type: "decision.escalated.v1",
            payload: #"{"decision_id":"d1","type":"timeout","from_role":"unassigned","to_role":"ciso","#
                + #""requested_target":null,"reason":"late","rule_id":"critical_risk_escalation","#
                + #""notify":["email","sms","chat"]}"#,
            event: .decision(.escalated(byClock))),
        Sample(
            type: "decision.sla_warned.v1", payload: #"{"decision_id":"d1","# + deadline + "}",
            event: .decision(.slaWarned(notice))),
        Sample(
            type: "decision.timed_out.v1", payload: #"{"decision_id":"d1","# + deadline + "}",
            event: .decision(.timedOut(notice))),
        Sample(
            type: "decision.cancelled.v1", payload: #"{"decision_id":"d1","reason":"gone"}"#,
            event: .decision(.cancelled(decisionID: "d1", reason: "gone"))),
        Sample(
            type: "decision.executed.v1", payload: #"{"decision_id":"d1","result":{"rule":7}}"#,
            event: .decision(.executed(decisionID: "d1", result: ["rule": 7]))),
        Sample(
            type: "decision.executed.v1", payload: #"{"decision_id":"d1","result":null}"#,
            event: .decision(.executed(decisionID: "d1", result: nil))),
        Sample(
            type: "decision.execution_failed.v1", payload: #"{"decision_id":"d1","error":"no route"}"#,
            event: .decision(.executionFailed(decisionID: "d1", error: "no route"))),
        Sample(
            type: "session.opened.v1",
            payload: #"{"session_id":"s1","operator_id":"alice@host","operator_name":"Alice","operator_role":"ciso","#
                + #""created_at":"2026-01-15T12:00:00.000000Z","expires_at":"2026-01-15T20:00:00.000000Z","#
                + #""ip_address":"192.0.2.7","user_agent":"tui/1","metadata":{"k":1}}"#,
            event: .session(.opened(opened))),
        Sample(
            type: "session.opened.v1",
            payload: #"{"session_id":"s1","operator_id":"a","operator_name":"a","operator_role":"r","created_at":""#
                + noon + #"","expires_at":""# + noon + #"","ip_address":null,"user_agent":null,"metadata":{}}"#,
            event: .session(.opened(openedPlainly))),
        Sample(
            type: "session.closed.v1", payload: #"{"session_id":"s1","operator_id":"alice@host","reason":"expired"}"#,
            event: .session(.closed(sessionID: "s1", operatorID: "alice@host", reason: .expired))),
        Sample(
            type: "session.closed.v1", payload: #"{"session_id":"s1","operator_id":"alice@host","reason":"ended"}"#,
            event: .session(.closed(sessionID: "s1", operatorID: "alice@host", reason: .ended))),
    ]
}
