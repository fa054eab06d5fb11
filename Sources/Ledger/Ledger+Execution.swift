import EventLog
import Governance
import Logging
import Projections

extension Ledger {
    /// The decision whose action is to be carried out after that command; nil where none is.
    func decisionToCarryOut(after receipt: Receipt) -> String? {
        // An approval that nobody can carry out stays approved.
        if receipt.isRepeated || receipt.isApproval && executors.isEmpty { return nil }
        return receipt.awaitingExecution
    }

    /// Carries out what nobody has to wait for any more, and adds the outcome to the receipt.
    func withOutcome(
        _ receipt: Receipt, of decisionID: String, origin: Origin
    ) async throws(CommandError) -> Receipt {
        guard let outcome = await outcome(of: decisionID, isApproved: receipt.isApproval) else { return receipt }
        do throws(CommandError) {
            let recorded = try await append(
                .recordExecution(decisionID: decisionID, outcome), origin: origin.following())
            return Receipt(
                events: receipt.events + recorded.events, decision: recorded.decision, isRepeated: false)
        } catch {
            // The verdict stands, whatever becomes of the report about its execution.
            logger.error(
                "the outcome of an execution is not recorded",
                metadata: ["decision": "\(decisionID)", "error": "\(error)"])
            return receipt
        }
    }

    /// Nil where an approval has no executor: it stays approved.
    private func outcome(of decisionID: String, isApproved: Bool) async -> ExecutionOutcome? {
        do {
            guard let decision = try await views.readBriefly({ try $0.decision(decisionID) }) else {
                return isApproved ? nil : .failed("The decision cannot be read")
            }
            guard let executor = executors[decision.actionType] else {
                return isApproved ? nil : .failed("No executor registered for action type: \(decision.actionType)")
            }
            return .succeeded(try await executor(decision))
        } catch {
            return .failed("\(error)")
        }
    }
}

extension Receipt {
    /// The decision whose action may run now: approved, or submitted without need of a human.
    var awaitingExecution: String? {
        first { event in
            switch event {
            case .decision(.approved(let verdict)): verdict.decisionID
            case .decision(.submitted(let submitted)) where !submitted.automationLevel.requiresReview:
                submitted.decisionID
            case .decision, .session: nil
            }
        }?.value
    }

    var isApproval: Bool {
        first { if case .decision(.approved) = $0 { true } else { nil } } != nil
    }
}

extension Origin {
    /// The origin of what follows from a command: the same request, whose key stands for these events too.
    fileprivate func following() -> Origin {
        var origin = self
        origin.isFollowing = true
        return origin
    }
}
