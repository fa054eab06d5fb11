import CoreMetrics
import EventLog
import Hummingbird
import HummingbirdCore
import Ledger
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The HTTP front of a ledger: doors, streams and the server that carries them.
package struct Front: Sendable {
    private let ledger: Ledger
    private let configuration: FrontConfiguration
    private let logger: Logger
    private let metrics: PrometheusMetrics
    private let hub: StreamHub
    private let governance: GovernanceDoor
    private let gateways: GatewayFeeds?

    package init(
        ledger: Ledger, configuration: FrontConfiguration = FrontConfiguration(),
        metrics: PrometheusMetrics = PrometheusMetrics(), logger: Logger = Logger(label: "verdict.http")
    ) {
        self.ledger = ledger
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        hub = StreamHub(
            bufferMax: configuration.streamBufferMax, bufferSizeBytesMax: configuration.streamBufferSizeBytesMax,
            metrics: metrics)
        governance = GovernanceDoor(ledger: ledger, hub: hub, configuration: configuration)
        gateways = GatewayFeeds(door: governance, configuration: configuration, hub: hub, logger: logger)
    }

    /// The server with everything that has to run beside it.
    ///
    /// - Parameter onListening: called with the port once requests are accepted.
    package func application(
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        var application = Application(
            router: router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .microseconds(configuration.idleTimeout.microseconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 4096),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        application.addServices(
            StreamFeed(ledger: ledger, hub: hub, delay: configuration.announcementDelay),
            StreamTicker(hub: hub, configuration: configuration, time: ledger.time))
        if let gateways { application.addServices(gateways) }
        return application
    }

    private var router: Router<FrontContext> {
        let router = Router(context: FrontContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: AccessMiddleware(metrics: metrics))
        router.add(middleware: CORSMiddleware(policy: configuration.cors))
        router.add(middleware: ErrorMiddleware())
        router.install(SystemDoor(ledger: ledger, metrics: metrics).routes)
        router.install(governance.routes)
        if let gateways {
            router.install(GatewayDoor(door: governance, feeds: gateways, configuration: configuration).routes)
        }
        return router
    }
}
