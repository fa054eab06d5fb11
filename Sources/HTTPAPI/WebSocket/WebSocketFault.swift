import NIOWebSocket

/// What a client may not send: the connection ends with this code (RFC 6455, section 7.4.1).
struct WebSocketFault: Error, Equatable {
    let code: WebSocketErrorCode
    let reason: String

    static func protocolError(_ reason: String) -> WebSocketFault {
        WebSocketFault(code: .protocolError, reason: reason)
    }
}
