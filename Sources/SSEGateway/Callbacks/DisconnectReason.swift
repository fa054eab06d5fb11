/// Why a stream has ended, as the backend is told (sse-gateway 5.1).
enum DisconnectReason: String, Sendable {
    /// The client or the network went away.
    case clientClosed = "client_closed"
    /// The backend asked for it.
    case serverClosed = "server_closed"
    /// A write failed.
    case error
}
