import EventLog
import Ledger

/// Whose a WebSocket is, and for how long.
struct SocketIdentity: Sendable {
    let username: String
    /// Nil for one that does not expire.
    let expiresAt: Timestamp?
    /// Whether token and user are as good as when they were shown: asked again twice a second.
    let isStillValid: @Sendable () -> Bool
}

/// Finds out whose a token is. `opening` is where a new socket comes from, and nil for a new token of one that is open.
///
/// - Throws: 401 for a token that is no good, in the words of hitl-api 3.1.
typealias SocketAuthentication =
    @Sendable (_ token: String, _ opening: Origin?) async throws(APIError) -> SocketIdentity
