import EventLog

/// What happened to a login: the time from a password to a logout, through any number of tokens.
package enum LoginEvent: Sendable, Hashable {
    case opened(LoginOpened)
    /// New tokens were given out; refresh tokens of earlier generations are void.
    case refreshed(loginID: String, username: String, generation: Int, expiresAt: Timestamp)
    case closed(LoginClosed)

    package var loginID: String {
        switch self {
        case .opened(let opened): opened.loginID
        case .refreshed(let loginID, _, _, _): loginID
        case .closed(let closed): closed.loginID
        }
    }

    package var username: String {
        switch self {
        case .opened(let opened): opened.username
        case .refreshed(_, let username, _, _): username
        case .closed(let closed): closed.username
        }
    }
}

package struct LoginOpened: Sendable, Hashable {
    package var loginID: String
    package var username: String
    package var factor: LoginFactor
    package var openedAt: Timestamp
    /// When its last token ends.
    package var expiresAt: Timestamp
}

/// What was asked for beside the password.
package enum LoginFactor: String, Sendable, Hashable {
    case none
    case code
    case backupCode = "backup_code"
}

package struct LoginClosed: Sendable, Hashable {
    package var loginID: String
    package var username: String
    package var reason: LoginCloseReason
    /// When the last token that this voids would have ended.
    package var expiresAt: Timestamp
}

package enum LoginCloseReason: String, Sendable {
    /// The user is done.
    case loggedOut = "logged_out"
    /// A refresh token came back that had been exchanged already: somebody else has it.
    case refreshTokenReused = "refresh_token_reused"
}
