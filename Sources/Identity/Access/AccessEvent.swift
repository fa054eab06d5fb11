import EventLog

/// What somebody tried and was refused, or did without changing anything that has a stream of its own.
package enum AccessEvent: Sendable, Hashable {
    /// Somebody gave this name and could not prove to be it.
    case loginFailed(username: String, reason: LoginFailure)
    case codeRefused(username: String)
    /// A user asked for what the role does not permit.
    case permissionRefused(username: String, operation: String)
    case socketOpened(username: String)

    package var username: String {
        switch self {
        case .loginFailed(let username, _), .codeRefused(let username), .permissionRefused(let username, _),
            .socketOpened(let username):
            username
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
    }

    var type: RecordedType {
        switch self {
        case .loginFailed: .loginFailed
        case .codeRefused: .codeRefused
        case .permissionRefused: .permissionRefused
        case .socketOpened: .socketOpened
        }
    }

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 96)
        writer.object { writer in
            writer.member("username", username)
            switch self {
            case .loginFailed(_, let reason): writer.member("reason", reason.rawValue)
            case .permissionRefused(_, let operation): writer.member("operation", operation)
            case .codeRefused, .socketOpened: break
            }
        }
        return writer.bytes
    }

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        let username = try payload.string("username")
        self =
            switch type {
            case .loginFailed: .loginFailed(username: username, reason: try payload.value("reason"))
            case .codeRefused: .codeRefused(username: username)
            case .permissionRefused:
                .permissionRefused(username: username, operation: try payload.string("operation"))
            case .socketOpened: .socketOpened(username: username)
            }
    }
}
