import EventLog

/// Any event of this domain, with its name in the log and the stream it belongs to.
package enum GovernanceEvent: Sendable, Hashable {
    case decision(DecisionEvent)
    case session(SessionEvent)

    package static let decisionCategory = "decision"
    package static let sessionCategory = "session"

    package static func decisionStream(_ decisionID: String) -> StreamName {
        StreamName(category: decisionCategory, id: decisionID)
    }

    package static func sessionStream(_ sessionID: String) -> StreamName {
        StreamName(category: sessionCategory, id: sessionID)
    }

    package var stream: StreamName {
        switch self {
        case .decision(let event): Self.decisionStream(event.decisionID)
        case .session(let event): Self.sessionStream(event.sessionID)
        }
    }

    /// The name under which the event is recorded, with the version of its schema.
    package var type: String {
        switch self {
        case .decision(let event): event.type.rawValue
        case .session(let event): event.type.rawValue
        }
    }

    /// The payload as JSON.
    package var data: [UInt8] {
        switch self {
        case .decision(let event): event.data
        case .session(let event): event.data
        }
    }

    /// From the forms that stand in older logs to those of today. None has changed so far: what was added to a payload
    /// may be missing from it.
    package static let upcasters: UpcasterChain = []

    /// Reads an event back, in whatever version it was written; nil for one of another domain.
    ///
    /// - Throws: `EventStoreError.corrupt` where the payload is not what the type promises.
    package init?(_ recorded: RecordedEvent, upcasters: UpcasterChain = GovernanceEvent.upcasters) throws {
        do {
            let form = try upcasters.newestForm(of: recorded)
            if let type = DecisionEvent.RecordedType(rawValue: form.type) {
                self = .decision(try DecisionEvent(type, form.reader()))
            } else if let type = SessionEvent.RecordedType(rawValue: form.type) {
                self = .session(try SessionEvent(type, form.reader()))
            } else {
                return nil
            }
        } catch {
            throw recorded.corruption(by: error)
        }
    }
}
