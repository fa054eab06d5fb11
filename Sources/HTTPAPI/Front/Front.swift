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
    private let identity: IdentityServices

    package init(
        ledger: Ledger, identity: IdentityServices, configuration: FrontConfiguration = FrontConfiguration(),
        metrics: PrometheusMetrics = PrometheusMetrics(), logger: Logger = Logger(label: "verdict.http")
    ) {
        self.ledger = ledger
        self.identity = identity
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        hub = StreamHub(
            bufferMax: configuration.streamBufferMax, bufferSizeBytesMax: configuration.streamBufferSizeBytesMax,
            metrics: metrics)
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
        return application
    }

    private var router: Router<FrontContext> {
        let router = Router(context: FrontContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: AccessMiddleware(metrics: metrics))
        router.add(middleware: CORSMiddleware(policy: configuration.cors))
        router.add(middleware: ErrorMiddleware())
        router.install(routes)
        return router
    }

    /// Method and path of every operation, as the document at `/openapi.json` names them.
    package var operations: [String] { routes.map { OperationDescription.name($0.method, $0.path) } }

    /// Every operation of every door.
    private var routes: [Route] {
        let described =
            SystemDoor(ledger: ledger, metrics: metrics).routes
            + GovernanceDoor(ledger: ledger, hub: hub, configuration: configuration).routes
            + HITLDoor(ledger: ledger, hub: hub, identity: identity, configuration: configuration).routes
        let routes = described + DescriptionDoor(of: described, authentication: configuration.authentication).routes
        switch configuration.authentication {
        case .open: return routes
        case .required:
            let authenticator = Authenticator(ledger: ledger, identity: identity)
            return routes.map { $0.guarded(by: authenticator) }
        }
    }
}
