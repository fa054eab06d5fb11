/// How named events look on the wire (sse-gateway 2.1 and 7).
package enum EventFormat: String, CaseIterable, Sendable {
    /// With an `event:` line.
    case named
    /// Unnamed, with name and data together in one JSON object.
    case envelope
}
