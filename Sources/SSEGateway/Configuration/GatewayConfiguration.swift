import EventLog

/// What a gateway is made with (sse-gateway 3 and 14).
package struct GatewayConfiguration: Sendable {
    package var host = "127.0.0.1"
    package var port = 3000
    /// Where the backend answers; nil where nobody has said so, and then no stream opens.
    package var callback: CallbackTarget?
    package var broker: BrokerConfiguration?
    /// What every command carries as a bearer token; nil where the network keeps strangers away (sse-gateway 4.2).
    package var sendSecret: Secret?
    /// Whether commands about many streams are taken without a secret. They want no token of a stream, so on a port that
    /// clients of other machines reach any of them could end all streams.
    package var trustsNetwork = true
    package var variant = GatewayProfile.current.variant
    package var errorShape = GatewayProfile.current.errorShape
    package var readinessShape = GatewayProfile.current.readinessShape
    package var heartbeatInterval = Interval.seconds(15)
    /// For the whole exchange with the backend.
    package var callbackTimeout = Interval.seconds(5)
    /// How long the end of a stream waits for the backend to answer the disconnect callback (sse-gateway 9.2).
    package var closeWait = Interval(microseconds: 250_000)
    /// The longest body of a command.
    package var bodySizeBytesMax = 1 << 20
    /// Streams that may be open at once. Each takes a descriptor, and another one while its callback runs.
    package var streamsMax = 10_000
    /// Commands that may wait for a connect callback, in number and in bytes of data (sse-gateway 14).
    package var pendingCommandsMax = 1000
    package var pendingSizeBytesMax = 1 << 20
    /// Bytes that may wait for a client that does not read before it is cut off.
    package var unsentSizeBytesMax = 8 << 20
    /// The longest head of a request.
    package var headSizeBytesMax = 64 << 10
    /// A connection on which no whole request comes for so long is closed, unless it is a stream.
    package var idleTimeout = Interval.seconds(75)
    /// A client that still reads what waits for it when the backend closes its stream gets so long.
    package var drainTimeout = Interval.seconds(30)
    /// The same when the gateway itself stops (sse-gateway 13).
    package var shutdownDrainTimeout = Interval(microseconds: 500_000)
    package var time: any TimeSource = SystemTime()

    package init() {}
}
