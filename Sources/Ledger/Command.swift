import EventLog
import Governance
import Identity

/// What a door asks of the ledger.
package enum Command: Sendable {
    /// The id is the caller's, so that a door can make it unguessable.
    case openSession(sessionID: String, OpenSession)
    case closeSession(String)
    indirect case submit(Submission)
    case approve(decisionID: String, OperatorAction)
    case reject(decisionID: String, OperatorAction, reason: String)
    case escalate(decisionID: String, OperatorAction, reason: String, target: String?)
    case cancel(decisionID: String, reason: String)
    case identity(IdentityCommand)
    /// Sets aside an event that some projections could not take.
    case skipLetter(LetterSkipped)
    case recordExecution(decisionID: String, ExecutionOutcome)
    /// Says what the clock has to say about these.
    case passTime(decisionIDs: [String], sessionIDs: [String])

    /// Whether the ledger itself asks, not a caller.
    var isInternal: Bool {
        switch self {
        case .recordExecution, .passTime: true
        case .openSession, .closeSession, .submit, .approve, .reject, .escalate, .cancel, .identity, .skipLetter: false
        }
    }

    var isSubmission: Bool {
        if case .submit = self { true } else { false }
    }

    /// The session that the command opens or closes, which may not be in memory: none that is over is.
    var sessionID: String? {
        switch self {
        case .openSession(let sessionID, _), .closeSession(let sessionID): sessionID
        default: nil
        }
    }

    /// The decisions whose state the command is decided on.
    var decisionIDs: [String] {
        switch self {
        case .openSession, .closeSession, .identity, .skipLetter: []
        case .submit(let submission): [submission.decisionID]
        case .approve(let decisionID, _), .reject(let decisionID, _, _), .escalate(let decisionID, _, _, _),
            .cancel(let decisionID, _), .recordExecution(let decisionID, _):
            [decisionID]
        case .passTime(let decisionIDs, _): decisionIDs
        }
    }
}
