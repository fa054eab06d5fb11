import EventLog

/// The limits of a WebSocket.
package struct WebSocketConfiguration: Sendable {
    /// A message of a client, its fragments joined, may be so large (golden-path 5.6).
    package var messageSizeBytesMax = 8192
    /// Bytes that may wait for a reader before it is cut off (golden-path 5.5).
    package var bufferSizeBytesMax = 1 << 20
    /// A connection that says nothing for so long is asked for a sign of life.
    package var pingInterval = Interval.seconds(25)
    /// A connection that says nothing for so long is dead (golden-path 5.6: 60 to 90 s).
    package var silenceMax = Interval.seconds(75)
    /// The other side has so long to answer a close before it is cut off: all are gone before the server has to stop.
    package var closeTimeout = Interval.seconds(1)

    package init() {}
}
