import EventLog
import Governance
import Ledger
import Projections

/// Commands in few words, for tests that issue many.
extension LedgerFixture {
    @discardableResult
    package func submit(
        _ decisionID: String = "d1", risk: RiskLevel = .high, automation: AutomationLevel = .supervised,
        target: String = "192.0.2.1", origin: Origin = Origin()
    ) async throws -> Receipt {
        let submission = Sample.submission(decisionID, risk: risk, automation: automation, target: target)
        return try await ledger.execute(.submit(submission), origin: origin)
    }

    @discardableResult
    package func approve(
        _ decisionID: String = "d1", in sessionID: String = "session-1", comment: String? = nil,
        origin: Origin = Origin()
    ) async throws -> Receipt {
        let action = OperatorAction(sessionID: sessionID, comment: comment)
        return try await ledger.execute(.approve(decisionID: decisionID, action), origin: origin)
    }

    @discardableResult
    package func reject(
        _ decisionID: String = "d1", in sessionID: String = "session-1", reason: String = "no",
        origin: Origin = Origin()
    ) async throws -> Receipt {
        let action = OperatorAction(sessionID: sessionID)
        return try await ledger.execute(.reject(decisionID: decisionID, action, reason: reason), origin: origin)
    }

    @discardableResult
    package func escalate(
        _ decisionID: String = "d1", in sessionID: String = "session-1", reason: String = "too big for me",
        target: String? = nil, origin: Origin = Origin()
    ) async throws -> Receipt {
        let action = OperatorAction(sessionID: sessionID)
        return try await ledger.execute(
            .escalate(decisionID: decisionID, action, reason: reason, target: target), origin: origin)
    }

    /// Why the ledger refuses the command; nil where it does not.
    package func refusal(of command: Command, origin: Origin = Origin()) async throws -> Refusal? {
        do {
            _ = try await ledger.execute(command, origin: origin)
            return nil
        } catch .refused(let refusal) {
            return refusal
        }
    }

    /// What the views say of a decision.
    package func decision(_ decisionID: String = "d1") async throws -> DecisionRow? {
        try await ledger.views.read { try $0.decision(decisionID) }
    }

    package func status(_ decisionID: String = "d1") async throws -> DecisionStatus? {
        try await decision(decisionID)?.status
    }

    package func statistics(_ operatorID: String = "alice@host") async throws -> OperatorStatistics {
        let now = time.now()
        return try await ledger.views.read { try $0.operatorStatistics(operatorID, at: now) }
    }
}

extension Receipt {
    /// The types of its events, in order.
    package var eventTypes: [String] { events.map(\.recorded.type) }

    package var positions: [Position] { events.map(\.recorded.position) }
}
