import EventLog
import Governance
import VerdictTesting

extension Timestamp {
    /// 2026-01-15T12:00:00Z, when every decision of these tests is submitted.
    static let noon = Timestamp(microseconds: 1_768_478_400_000_000)
    static let oneMicrosecond = Interval(microseconds: 1)
}

extension SessionState {
    static func open(role: String = "soc_operator") -> SessionState {
        SessionState(
            sessionID: "session-1", operatorID: "alice@host", operatorRole: role, expiresAt: .noon + .hours(8),
            isClosed: false, version: 1)
    }
}

extension OperatorAction {
    /// Alice acts under her open session.
    static func alice(
        role: String = "soc_operator", comment: String? = "seen", reasoning: String? = nil
    ) -> OperatorAction {
        OperatorAction(sessionID: "session-1", session: .open(role: role), comment: comment, reasoning: reasoning)
    }
}

extension DecisionCommand {
    static func submit(_ submission: Submission) -> DecisionCommand {
        .submit(submission, earlier: nil, queueSize: 0)
    }
}

extension GivenDecision {
    /// A submitted decision.
    static func submitted(
        _ submission: Submission = Sample.submission(), policy: GovernancePolicy = GovernancePolicy()
    ) throws -> GivenDecision {
        try GivenDecision(policy: policy).and(.submit(submission), at: .noon)
    }

    /// A decision in that status, by the shortest way there; the history knows nothing of the policy's timers.
    static func inStatus(
        _ status: DecisionStatus, risk: RiskLevel = .high, policy: GovernancePolicy = GovernancePolicy()
    ) throws -> GivenDecision {
        var withoutEscalation = policy
        withoutEscalation.escalatesOnTimeout = false
        let submission = Sample.submission(risk: risk)
        let submitted = try GivenDecision.submitted(submission, policy: withoutEscalation)
        let approve = DecisionCommand.approve(.alice())
        let history =
            switch status {
            case .pending: submitted
            case .approved: try submitted.and(approve, at: .noon)
            case .rejected: try submitted.and(.reject(.alice(), reason: "no"), at: .noon)
            case .executed:
                try submitted.and(approve, at: .noon).and(.recordExecution(.succeeded([:])), at: .noon)
            case .failed: try submitted.and(approve, at: .noon).and(.recordExecution(.failed("x")), at: .noon)
            case .timeout: try submitted.and(.timeOut, at: .noon + .hours(1))
            case .escalated: try submitted.and(.escalate(.alice(), reason: "up", target: nil), at: .noon)
            case .cancelled: try submitted.and(.cancel(reason: "gone"), at: .noon)
            }
        return GivenDecision(history.events, policy: policy)
    }
}

extension Result where Success == [DecisionEvent], Failure == Refusal {
    var escalation: DecisionEscalated? {
        guard case .success(let events) = self, case .escalated(let escalated) = events.last else { return nil }
        return escalated
    }

    var submitted: DecisionSubmitted? {
        guard case .success(let events) = self, case .submitted(let submitted) = events.first else { return nil }
        return submitted
    }
}

func isClose(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-12 }
