import Governance
import HTTPTypes
import Ledger

extension APIError {
    /// A refusal in the words of the Governance API (governance-api 5.6 and 6.1).
    init(_ error: CommandError) {
        switch error {
        case .refused(let refusal):
            self.init(refusal)
        case .refusedIdentity(let refusal):
            self.init(refusal)
        case .overloaded:
            self.init(
                .serviceUnavailable, detail: "Too many commands wait, try again in a second",
                headers: [.retryAfter: "1"])
        case .unavailable(let reason):
            self.init(
                .serviceUnavailable, detail: "The log cannot be written now, nothing was changed: \(reason)",
                headers: [.retryAfter: "2"])
        case .undecided(let reason):
            self.init(
                .serviceUnavailable,
                detail:
                    "The log cannot be written now, and whether this was recorded is not certain; the same request with the same Idempotency-Key finds out: \(reason)",
                headers: [.retryAfter: "2"])
        case .damaged(let reason):
            self.init(.internalServerError, detail: "The record cannot be read, nothing was changed: \(reason)")
        case .tooLarge:
            self.init(.contentTooLarge, detail: "The names in the request are too long for an event")
        }
    }

    private init(_ refusal: Refusal) {
        switch refusal {
        case .invalidSession(let sessionID):
            self.init(.notFound, detail: "Invalid or expired session: \(sessionID)")
        case .notPermitted: self = .insufficientPermissions
        case .reasonRequired: self.init(.badRequest, detail: "Escalation reason required")
        case .decisionNotFound(let decisionID):
            self.init(.notFound, detail: "Decision not found: \(decisionID)")
        case .decisionAlreadyResolved(let decisionID, _, _):
            self.init(.conflict, detail: "Decision already resolved: \(decisionID)")
        case .decisionExists(let decisionID):
            self.init(.conflict, detail: "Decision already queued with other content: \(decisionID)")
        case .queueFull(let capacity):
            self.init(
                .serviceUnavailable, detail: "Enqueue failed: Queue is full (max_size=\(capacity))",
                headers: [.retryAfter: "5"])
        case .illegalTransition(let decisionID, let from, let to):
            self.init(.conflict, detail: "Decision \(decisionID) is \(from.rawValue) and cannot become \(to.rawValue)")
        case .idempotencyKeyReused(let key):
            self.init(
                .unprocessableContent, detail: "The Idempotency-Key \(key) was used for another request: take a new one"
            )
        }
    }
}
