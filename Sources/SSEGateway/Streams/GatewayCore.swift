import Logging

/// What all connections of a gateway share.
struct GatewayCore: Sendable {
    let configuration: GatewayConfiguration
    let registry: StreamRegistry
    /// Nil where no callback URL is set.
    let callbacks: CallbackClient?
    let logger: Logger

    /// Why no stream can open now; in the order of sse-gateway 6.1.
    var trouble: GatewayError? {
        if callbacks == nil { return .notConfigured }
        return configuration.broker == nil ? nil : .brokerUnavailable
    }
}
