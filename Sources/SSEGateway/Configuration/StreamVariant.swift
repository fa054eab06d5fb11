/// What is different on the wire between the versions of the protocol, for one stream (sse-gateway 2.1).
package struct StreamVariant: Sendable, Equatable {
    package var eventFormat: EventFormat
    package var readyEvent: ReadyEvent
    /// Whether the backend's answer to a connect may carry a first event and a close (sse-gateway 5.3).
    package var takesConnectBodyEvents: Bool
    package var rejectMode: RejectMode
    /// Names that stay named although the format is `envelope`.
    package var namedPassthrough: Set<String> = []
}
