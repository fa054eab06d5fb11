import EventLog
import HTTPTypes
import Synchronization

@testable import HTTPAPI

/// Tokens that a test issues and revokes.
final class WebSocketTokens: Sendable {
    private struct Entry {
        let username: String
        let expiresAt: Timestamp?
        var isValid = true
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// - Returns: the token of that user, in the shape of a JSON Web Token.
    @discardableResult
    func issue(_ token: String? = nil, to username: String, until expiresAt: Timestamp? = nil) -> String {
        let token = token ?? "head.\(username).tail"
        entries.withLock { $0[token] = Entry(username: username, expiresAt: expiresAt) }
        return token
    }

    func revoke(_ token: String) {
        entries.withLock { $0[token]?.isValid = false }
    }

    private func isValid(_ token: String) -> Bool {
        entries.withLock { $0[token]?.isValid ?? false }
    }

    var authenticate: SocketAuthentication {
        { [self] token, _ throws(APIError) in
            guard let entry = entries.withLock({ $0[token] }), entry.isValid else {
                throw APIError(
                    .unauthorized, detail: "Could not validate credentials", headers: [.wwwAuthenticate: "Bearer"])
            }
            return SocketIdentity(username: entry.username, expiresAt: entry.expiresAt) { self.isValid(token) }
        }
    }
}
