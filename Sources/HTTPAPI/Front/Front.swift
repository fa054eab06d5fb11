import CoreMetrics
import EventLog
import Evidence
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
    private let evidence: EvidenceLog?
    private let configuration: FrontConfiguration
    private let logger: Logger
    private let metrics: PrometheusMetrics
    private let hub: StreamHub

    package init(
        ledger: Ledger, evidence: EvidenceLog? = nil, configuration: FrontConfiguration = FrontConfiguration(),
        metrics: PrometheusMetrics = PrometheusMetrics(), logger: Logger = Logger(label: "verdict.http")
    ) {
        self.ledger = ledger
        self.evidence = evidence
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
        router.install(SystemDoor(ledger: ledger, evidence: evidence, metrics: metrics).routes)
        router.install(GovernanceDoor(ledger: ledger, hub: hub, configuration: configuration).routes)
        if let evidence { router.install(EvidenceDoor(evidence: evidence).routes) }
        return router
    }
}
