/// What tells a client that its stream is open (sse-gateway 7).
package enum ReadyEvent: String, CaseIterable, Sendable {
    case none
    /// `event: ready` with an empty data line.
    case named
    /// `{"type":"ready","payload":{}}` without a name.
    case envelope
}
