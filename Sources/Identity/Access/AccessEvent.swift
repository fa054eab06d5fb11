import EventLog

/// What somebody tried and was refused, or did without changing anything that has a stream of its own.
package enum AccessEvent: Sendable, Hashable {
    /// Somebody gave this name and could not prove to be it.
    case loginFailed(username: String, reason: LoginFailure)
    case codeRefused(username: String)
    /// A user asked for what the role does not permit.
    case permissionRefused(username: String, operation: String)
    case socketOpened(username: String)
    /// Somebody watches through a gateway.
    case streamOpened(CarriedStream)
    case streamClosed(CarriedStream, reason: StreamEnd)

    /// Who caused it, as the log names them.
    package var actor: String {
        switch self {
        // Nobody has proved to be that user.
        case .loginFailed: "anonymous"
        case .codeRefused(let username), .permissionRefused(let username, _), .socketOpened(let username):
            "user:\(username)"
        case .streamOpened(let stream), .streamClosed(let stream, _): stream.watcher
        }
    }
}

package enum LoginFailure: String, Sendable, Hashable {
    case invalidCredentials = "invalid_credentials"
    case inactive
}

extension AccessEvent {
    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    enum RecordedType: String, CaseIterable {
        case loginFailed = "access.login_failed.v1"
        case codeRefused = "access.code_refused.v1"
        case permissionRefused = "access.permission_refused.v1"
        case socketOpened = "access.socket_opened.v1"
        case streamOpened = "access.stream_opened.v1"
        case streamClosed = "access.stream_closed.v1"
    }

    var type: RecordedType {
        switch self {
        case .loginFailed: .loginFailed
        case .codeRefused: .codeRefused
        case .permissionRefused: .permissionRefused
        case .socketOpened: .socketOpened
        case .streamOpened: .streamOpened
        case .streamClosed: .streamClosed
        }
    }

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 192)
        writer.object { writer in
            switch self {
            case .loginFailed(let username, let reason):
                writer.member("username", username)
                writer.member("reason", reason.rawValue)
            case .permissionRefused(let username, let operation):
                writer.member("username", username)
                writer.member("operation", operation)
            case .codeRefused(let username), .socketOpened(let username): writer.member("username", username)
            case .streamOpened(let stream): stream.members(to: &writer)
            case .streamClosed(let stream, let reason):
                stream.members(to: &writer)
                writer.member("reason", reason.rawValue)
            }
        }
        return writer.bytes
    }

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        self =
            switch type {
            case .loginFailed:
                .loginFailed(username: try payload.string("username"), reason: try payload.value("reason"))
            case .codeRefused: .codeRefused(username: try payload.string("username"))
            case .permissionRefused:
                .permissionRefused(
                    username: try payload.string("username"), operation: try payload.string("operation"))
            case .socketOpened: .socketOpened(username: try payload.string("username"))
            case .streamOpened: .streamOpened(try CarriedStream(payload))
            case .streamClosed: .streamClosed(try CarriedStream(payload), reason: try payload.value("reason"))
            }
    }
}
