/// The answer to a handshake.
enum WebSocketAdmission: Sendable {
    /// An ordinary answer; the connection never becomes a WebSocket.
    case refused(APIError)
    /// - Parameters:
    ///   - subprotocol: one of those that the client speaks; nil for none.
    ///   - handler: runs for as long as the connection lives; when it returns, the connection is closed.
    case accepted(subprotocol: String?, handler: @Sendable (WebSocketConnection) async -> Void)
}
