import EventLog
import Identity

/// What a door asks of the ledger about users and their logins.
package enum IdentityCommand: Sendable {
    /// `actor` is who asks: `user:admin`, `system:command-line`.
    case user(String, UserCommand, by: String)
    /// Opens a login for a user whose password was right.
    case logIn(LogIn)
    /// `generation` is that of the refresh token.
    case refreshLogin(String, of: String, generation: Int, expiresAt: Timestamp)
    /// Voids the tokens of a login. `expiresAt` is the end of the token that asks.
    case closeLogin(String, of: String, expiresAt: Timestamp)
    /// Records what changes nothing.
    case note(AccessEvent)
}

package struct LogIn: Sendable {
    package var loginID: String
    package var username: String
    /// The stored hash that the password was right for: another one by now means that it has changed.
    package var passwordHash: String
    package var factor: Factor
    package var expiresAt: Timestamp

    /// What was right beside the password.
    package enum Factor: Sendable {
        case none
        /// The code of that time step, of the second factor with that secret.
        case code(sealedSecret: String, step: Int)
        case backupCode(hash: String)
    }

    package init(loginID: String, username: String, passwordHash: String, factor: Factor, expiresAt: Timestamp) {
        self.loginID = loginID
        self.username = username
        self.passwordHash = passwordHash
        self.factor = factor
        self.expiresAt = expiresAt
    }
}
