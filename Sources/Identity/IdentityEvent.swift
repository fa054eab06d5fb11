import EventLog

/// Any event of this domain, with its name in the log and the stream it belongs to.
package enum IdentityEvent: Sendable, Hashable {
    case user(UserEvent)
    case login(LoginEvent)
    case access(AccessEvent)

    package static func userStream(_ username: String) -> StreamName {
        StreamName(category: "user", id: username)
    }

    package static func loginStream(_ loginID: String) -> StreamName {
        StreamName(category: "login", id: loginID)
    }

    /// One stream for all: nothing is ever decided on it.
    package static let accessStream = StreamName(category: "access", id: "all")

    package var stream: StreamName {
        switch self {
        case .user(let event): Self.userStream(event.username)
        case .login(let event): Self.loginStream(event.loginID)
        case .access: Self.accessStream
        }
    }

    /// The name under which the event is recorded, with the version of its schema.
    package var type: String {
        switch self {
        case .user(let event): event.type.rawValue
        case .login(let event): event.type.rawValue
        case .access(let event): event.type.rawValue
        }
    }

    /// The payload as JSON.
    package var data: [UInt8] {
        switch self {
        case .user(let event): event.data
        case .login(let event): event.data
        case .access(let event): event.data
        }
    }

    /// Who caused the event.
    package var actor: String {
        switch self {
        case .user(let event): event.actor
        case .login(let event): "user:\(event.username)"
        case .access(let event): event.actor
        }
    }

    /// From the forms that stand in older logs to those of today. None has changed so far.
    package static let upcasters: UpcasterChain = []

    /// Reads an event back, in whatever version it was written; nil for one of another domain.
    ///
    /// - Throws: `EventStoreError.corrupt` where the payload is not what the type promises.
    package init?(_ recorded: RecordedEvent, upcasters: UpcasterChain = IdentityEvent.upcasters) throws {
        do {
            let form = try upcasters.newestForm(of: recorded)
            if let type = UserEvent.RecordedType(rawValue: form.type) {
                self = .user(try UserEvent(type, form.reader()))
            } else if let type = LoginEvent.RecordedType(rawValue: form.type) {
                self = .login(try LoginEvent(type, form.reader()))
            } else if let type = AccessEvent.RecordedType(rawValue: form.type) {
                self = .access(try AccessEvent(type, form.reader()))
            } else {
                return nil
            }
        } catch {
            throw recorded.corruption(by: error)
        }
    }
}
