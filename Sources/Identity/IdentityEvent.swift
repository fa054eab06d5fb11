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

    /// Reads an event back; nil for one of another domain.
    ///
    /// - Throws: `EventStoreError.corrupt` where the payload is not what the type promises.
    package init?(_ recorded: RecordedEvent) throws {
        do {
            if let type = UserEvent.RecordedType(rawValue: recorded.type) {
                self = .user(try UserEvent(type, PayloadReader(recorded.data)))
            } else if let type = LoginEvent.RecordedType(rawValue: recorded.type) {
                self = .login(try LoginEvent(type, PayloadReader(recorded.data)))
            } else if let type = AccessEvent.RecordedType(rawValue: recorded.type) {
                self = .access(try AccessEvent(type, PayloadReader(recorded.data)))
            } else {
                return nil
            }
        } catch {
            throw recorded.corruption(by: error)
        }
    }
}
