import EventLog

/// An event stream that a gateway carries for somebody (sse-gateway 19).
package struct CarriedStream: Sendable, Hashable {
    /// Under which the gateway knows it; no two streams ever have the same one.
    package let token: String
    /// Who watches, as the log names them.
    package let watcher: String
    package let sessionID: String
    /// The address of the gateway.
    package let gateway: String

    package init(token: String, watcher: String, sessionID: String, gateway: String) {
        self.token = token
        self.watcher = watcher
        self.sessionID = sessionID
        self.gateway = gateway
    }
}

/// Why such a stream has ended, in the words of gateways (sse-gateway 5.1).
package enum StreamEnd: String, Sendable, Hashable {
    /// The client or the network went away.
    case clientClosed = "client_closed"
    /// The right to it is over, or the server wants it so.
    case serverClosed = "server_closed"
    /// It could not go on without a gap.
    case error
}

extension CarriedStream {
    func members(to writer: inout JSONWriter) {
        writer.member("token", token)
        writer.member("watcher", watcher)
        writer.member("session_id", sessionID)
        writer.member("gateway", gateway)
    }

    init(_ payload: PayloadReader) throws {
        self.init(
            token: try payload.string("token"), watcher: try payload.string("watcher"),
            sessionID: try payload.string("session_id"), gateway: try payload.string("gateway"))
    }
}
