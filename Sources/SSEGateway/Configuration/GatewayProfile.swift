/// A version of the protocol that peers in the field were written against (sse-gateway 2).
package enum GatewayProfile: String, CaseIterable, Sendable {
    /// V2: named events, the first of them may come in the answer to the connect callback.
    case classic
    /// V6: envelopes, a `ready` event, refusals inside the stream.
    case current

    package var variant: StreamVariant {
        switch self {
        case .classic:
            StreamVariant(eventFormat: .named, readyEvent: .none, takesConnectBodyEvents: true, rejectMode: .http)
        case .current:
            StreamVariant(
                eventFormat: .envelope, readyEvent: .named, takesConnectBodyEvents: false, rejectMode: .inStream)
        }
    }

    package var errorShape: ErrorShape {
        switch self {
        case .classic: .flat
        case .current: .nested
        }
    }

    package var readinessShape: ReadinessShape {
        switch self {
        case .classic: .minimal
        case .current: .full
        }
    }
}
