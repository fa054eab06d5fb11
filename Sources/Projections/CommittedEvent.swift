import EventLog
import Governance
import Identity

/// An event of the log together with what it means, so that nobody decodes it twice.
///
/// A class: the same event goes to the views, the audit index, the evidence and every stream, each on a thread of its own.
/// A copy of the value would count a reference to every text in it, from all of them at once.
package final class CommittedEvent: Sendable {
    package let recorded: RecordedEvent
    /// Nil for an event of a domain that this program does not know, and for one that cannot be decoded.
    package let meaning: DomainEvent?
    /// Why the event cannot be decoded; nil for every event that a sound log holds.
    package let problem: String?

    package init(recorded: RecordedEvent, meaning: DomainEvent) {
        self.recorded = recorded
        self.meaning = meaning
        problem = nil
    }

    /// Decodes what was read from the log.
    package init(_ recorded: RecordedEvent) {
        self.recorded = recorded
        do {
            meaning = try DomainEvent(recorded)
            problem = nil
        } catch {
            meaning = nil
            problem = "\(error)"
        }
    }

    package var governance: GovernanceEvent? {
        if case .governance(let event) = meaning { event } else { nil }
    }

    package var identity: IdentityEvent? {
        if case .identity(let event) = meaning { event } else { nil }
    }
}

/// An event of any domain.
package enum DomainEvent: Sendable {
    case governance(GovernanceEvent)
    case identity(IdentityEvent)
    case store(StoreEvent)

    /// Nil for an event of a domain that this program does not know.
    init?(_ recorded: RecordedEvent) throws {
        if let event = try GovernanceEvent(recorded) {
            self = .governance(event)
        } else if let event = try IdentityEvent(recorded) {
            self = .identity(event)
        } else if let event = try StoreEvent(recorded) {
            self = .store(event)
        } else {
            return nil
        }
    }

    package var stream: StreamName {
        switch self {
        case .governance(let event): event.stream
        case .identity(let event): event.stream
        case .store(let event): event.stream
        }
    }

    /// The name under which the event is recorded, with the version of its schema.
    package var type: String {
        switch self {
        case .governance(let event): event.type
        case .identity(let event): event.type
        case .store(let event): event.type
        }
    }

    /// The payload as JSON.
    package var data: [UInt8] {
        switch self {
        case .governance(let event): event.data
        case .identity(let event): event.data
        case .store(let event): event.data
        }
    }
}
