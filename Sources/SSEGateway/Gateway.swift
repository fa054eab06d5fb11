import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A server that holds streams of Server-Sent Events for a backend which decides, by callback, who may connect, and
/// sends by token.
package struct Gateway: Service {
    private let configuration: GatewayConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void
    private let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    /// - Parameter onListening: called with the port once requests are accepted.
    package init(
        configuration: GatewayConfiguration, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until it is asked to stop; then open streams are ended, and the backend is not told.
    package func run() async throws {
        let callbacks = configuration.callback.map { target in
            CallbackClient(
                target: target, timeout: configuration.callbackTimeout, connectionsMax: configuration.streamsMax,
                group: group, logger: logger)
        }
        let core = GatewayCore(
            configuration: configuration, registry: StreamRegistry(countMax: configuration.streamsMax),
            callbacks: callbacks, logger: logger)
        // What the server has to say of its own is in the words of another program.
        var silent = logger
        silent.logLevel = .error
        let server = GatewayChannel(core: core).server(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: Self.backlog),
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: group, logger: silent)
        do {
            try await server.run()
        } catch {
            try? await callbacks?.shutdown()
            throw error
        }
        try? await callbacks?.shutdown()
    }

    /// Connections that wait to be accepted: a backend that comes back is met by all its clients at once.
    private static let backlog = 4096
}
