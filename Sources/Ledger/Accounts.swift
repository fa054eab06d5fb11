import EventLog
import Identity
import Synchronization

/// Users and logins in memory, as of the last commit: what the writer decides on, and what tokens are judged by.
package final class Accounts: Sendable {
    private struct State {
        var users: [String: UserState] = [:]
        var logins: [String: LoginState] = [:]
        /// Names of services by the hashes of their credentials.
        var services: [String: String] = [:]
        /// Logins that make it worth looking for those that are over.
        var loginsMax = Accounts.loginsMin

        mutating func put(_ user: UserState) {
            if let old = users[user.username]?.credentialHash { services[old] = nil }
            if let new = user.credentialHash { services[new] = user.username }
            users[user.username] = user
        }
    }

    private static let loginsMin = 1024

    private let state = Mutex(State())

    package func user(_ username: String) -> UserState? {
        // Swift finds what is canonically equivalent; names are one where their bytes are, as in the log.
        state.withLock { $0.users[username] }.flatMap { $0.username.hasBytes(of: username) ? $0 : nil }
    }

    /// Nil for a login that is unknown or long over.
    package func login(_ loginID: String) -> LoginState? {
        state.withLock { $0.logins[loginID] }
    }

    package func service(credentialHash: String) -> UserState? {
        state.withLock { state in state.services[credentialHash].flatMap { state.users[$0] } }
    }

    package var isEmpty: Bool { state.withLock { $0.users.isEmpty } }

    /// The active administrators.
    package var administrators: [UserState] {
        state.withLock { state in state.users.values.filter { $0.isActive && $0.role == .admin } }
    }

    /// Forgets everything and holds these.
    func load(_ users: [UserState], _ logins: [LoginState]) {
        state.withLock { state in
            state = State()
            for user in users { state.put(user) }
            for login in logins { state.logins[login.loginID] = login }
            state.loginsMax = max(Self.loginsMin, 2 * logins.count)
        }
    }

    /// Takes over what a batch has changed, once it is committed.
    func update(_ users: some Sequence<UserState>, _ logins: some Sequence<LoginState>, at now: Timestamp) {
        state.withLock { state in
            for user in users { state.put(user) }
            for login in logins { state.logins[login.loginID] = login }
            guard state.logins.count > state.loginsMax else { return }
            state.logins = state.logins.filter { now <= $0.value.expiresAt }
            state.loginsMax = max(Self.loginsMin, 2 * state.logins.count)
        }
    }
}
