import EventLog

/// What the HTTP front is made with.
package struct FrontConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8001
    package var authentication = Authentication.open
    package var cors = CORSPolicy.default
    package var bodySizeBytesMax = 1 << 20
    /// Whether `GET /governance/stream` admits sessions that were never opened (governance-api 10.4).
    package var admitsUnknownSessions = false
    package var heartbeatInterval = Interval.seconds(30)
    /// Comments keep a silent stream alive for readers that give up after 5 s without a line.
    package var keepAliveInterval = Interval.seconds(4)
    /// A stream whose listener may not listen any more ends after so long at the latest (golden-path 7).
    package var validityInterval = Interval(microseconds: 500_000)
    /// A connection on which no request comes for so long is closed; one whose request takes longer to come, unless its
    /// body comes at a fair rate; one that has been told everything and does not hang up; and one that does not read
    /// for so long what it asked for.
    package var idleTimeout = Interval.seconds(75)
    /// Connections that may be open at once; more of them wait until one of these ends. Nil for any number.
    package var connectionsMax: Int?
    /// Commits, heartbeats and comments that may wait for a reader before it is cut off.
    package var streamBufferMax = 1024
    /// Bytes of events that may wait for a reader before it is cut off.
    package var streamBufferSizeBytesMax = 64 << 20
    /// A program must learn an id from its own response before anybody else hears of it (governance-api 6.1).
    package var announcementDelay = Interval(microseconds: 10_000)
    /// A watch ends after this long.
    package var watchDuration = Interval.minutes(10)
    package var webSocket = WebSocketConfiguration()
    package var live = LiveConfiguration()
    /// Finds out whose a token on a WebSocket is; nil for the tokens of every other door.
    var authenticateSocket: SocketAuthentication?
    /// Gateways that carry this server's streams, such as `http://127.0.0.1:3000`. Events are sent to these and to no
    /// other address, whatever a callback says.
    package var gateways: [String] = []
    /// What the callbacks of gateways carry in their query, and what commands to gateways carry as a bearer token; nil where
    /// whoever reaches the port is trusted, which is nobody where authentication is required.
    package var gatewaySecret: Secret?

    package init() {}
}

/// Who may use the doors that know no tokens by themselves.
package enum Authentication: String, Sendable, CaseIterable {
    /// Everybody who reaches the port.
    case open
    /// Whoever has a token.
    case required
}
