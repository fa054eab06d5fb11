/// Why a command is refused. Nothing was written; each door says it in its own words.
package enum Refusal: Error, Sendable, Hashable {
    /// No such session, or it has expired or been closed.
    case invalidSession(String)
    /// The user may not answer, or no longer.
    case notPermitted(String)
    case reasonRequired
    case decisionNotFound(String)
    /// Somebody else was faster, or it never waited for a person.
    case decisionAlreadyResolved(String, status: DecisionStatus, version: Int)
    /// Another decision stands under that id.
    case decisionExists(String)
    case queueFull(capacity: Int)
    case illegalTransition(String, from: DecisionStatus, to: DecisionStatus)
    /// The key has been used for another request.
    case idempotencyKeyReused(String)
}
