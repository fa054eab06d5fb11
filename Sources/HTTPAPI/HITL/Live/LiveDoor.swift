import EventLog
import HTTPTypes
import Ledger
import NIOWebSocket

/// Who may open a WebSocket to the live feed (hitl-api 10.1, golden-path 5.2).
struct LiveDoor: Sendable {
    /// The sub-protocol under which a page shows its token: the other one in its list is the token itself.
    private static let subprotocol = "jwt-auth"

    let feed: LiveFeed

    var route: WebSocketRoute {
        WebSocketRoute("/ws/:username") { await admit($0) }
    }

    private func admit(_ handshake: WebSocketHandshake) async -> WebSocketAdmission {
        let username = handshake.parameters["username"] ?? ""
        guard !username.isEmpty else { return .refused(APIError(.forbidden, detail: "A username is required")) }
        do throws(APIError) {
            let identity = try await identity(handshake, username)
            let confirmed = handshake.subprotocols.contains(Self.subprotocol) ? Self.subprotocol : nil
            guard identity.username.hasBytes(of: username) else {
                return .accepted(subprotocol: confirmed) { $0.close(.policyViolation, "Username mismatch") }
            }
            return .accepted(subprotocol: confirmed) { [feed] in await feed.serve($0, of: identity) }
        } catch {
            return .refused(error)
        }
    }

    private func identity(
        _ handshake: WebSocketHandshake, _ username: String
    ) async throws(APIError) -> SocketIdentity {
        if let token = token(handshake) {
            return try await feed.authenticate(token, Origin(sourceAddress: handshake.remoteAddress))
        }
        guard feed.configuration.admitsAnonymousSockets else {
            throw APIError(.unauthorized, detail: "Not authenticated", headers: [.wwwAuthenticate: "Bearer"])
        }
        return SocketIdentity(username: username, expiresAt: nil) { true }
    }

    private func token(_ handshake: WebSocketHandshake) -> String? {
        if let token = bearer(handshake.headers[.authorization]) { return token }
        let offers = handshake.subprotocols
        if offers.contains(Self.subprotocol), let token = offers.first(where: { $0 != Self.subprotocol }) {
            return token
        }
        return handshake.query["token"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The scheme's name is case-insensitive (hitl-api 4.2).
    private func bearer(_ authorization: String?) -> String? {
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
