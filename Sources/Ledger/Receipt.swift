import EventLog
import Governance
import Identity
import Projections

/// The proof that a command took effect: its events, as they stand in the log.
package struct Receipt: Sendable {
    /// Empty where there was nothing left to do.
    package let events: [CommittedEvent]
    /// How the decision that the command was about stands after it; nil where an earlier request did the work.
    package var decision: DecisionState?
    /// Whether an earlier request with the same key did the work.
    package let isRepeated: Bool

    /// The first event that the closure makes something of, with its time.
    package func first<Value>(_ pick: (GovernanceEvent) -> Value?) -> (value: Value, recorded: RecordedEvent)? {
        for event in events {
            if let governance = event.governance, let value = pick(governance) { return (value, event.recorded) }
        }
        return nil
    }

    /// The same for events about users and logins.
    package func firstIdentity<Value>(_ pick: (IdentityEvent) -> Value?) -> Value? {
        for event in events {
            if let identity = event.identity, let value = pick(identity) { return value }
        }
        return nil
    }
}

/// Why a command got no receipt. In every case it wrote nothing that anybody was told of.
package enum CommandError: Error, Sendable, CustomStringConvertible {
    case refused(Refusal)
    case refusedIdentity(IdentityRefusal)
    /// Too many commands wait: come back later.
    case overloaded
    /// The log cannot be written now.
    case unavailable(String)
    /// The log cannot be written now, and whether the command is in it is not known: the same command with the same
    /// idempotency key finds out.
    case undecided(String)
    /// What the log holds about the subject of the command cannot be read.
    case damaged(String)
    /// The command is larger than the log takes.
    case tooLarge

    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .refusedIdentity(let refusal): "\(refusal)"
        case .overloaded: "too many commands wait"
        case .unavailable(let reason), .undecided(let reason), .damaged(let reason): reason
        case .tooLarge: "it is larger than the log takes"
        }
    }
}
