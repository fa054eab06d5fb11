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
    private let identity: IdentityServices
    private let authenticator: Authenticator
    let live: LiveFeed
    private let governance: GovernanceDoor
    private let gateways: GatewayFeeds?
    private let access: AccessLog

    package init(
        ledger: Ledger, identity: IdentityServices, evidence: EvidenceLog? = nil,
        configuration: FrontConfiguration = FrontConfiguration(), metrics: PrometheusMetrics = PrometheusMetrics(),
        logger: Logger = Logger(label: "verdict.http")
    ) {
        self.ledger = ledger
        self.identity = identity
        self.evidence = evidence
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        hub = StreamHub(
            bufferMax: configuration.streamBufferMax, bufferSizeBytesMax: configuration.streamBufferSizeBytesMax,
            metrics: metrics)
        let authenticator = Authenticator(ledger: ledger, identity: identity)
        self.authenticator = authenticator
        live = LiveFeed(
            configuration: configuration.live,
            authenticate: configuration.authenticateSocket ?? authenticator.socketIdentity,
            time: ledger.time, metrics: metrics)
        governance = GovernanceDoor(ledger: ledger, hub: hub, configuration: configuration)
        access = AccessLog(metrics: metrics)
        gateways = GatewayFeeds(door: governance, configuration: configuration, metrics: metrics, logger: logger)
    }

    /// The server with everything that has to run beside it.
    ///
    /// - Parameter onListening: called with the port once requests are accepted.
    package func application(
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        var application = Application(
            responder: responder,
            server: .http1(
                configuration: .guarded(
                    patience: configuration.idleTimeout, bodySizeBytesMax: configuration.bodySizeBytesMax,
                    express: express)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 4096,
                availableConnectionsDelegate: configuration.connectionsMax.map { .maximum($0, logger: logger) }),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        application.addServices(
            StreamFeed(ledger: ledger, hub: hub, delay: configuration.announcementDelay),
            StreamTicker(hub: hub, configuration: configuration, time: ledger.time),
            LiveFeedService(
                ledger: ledger, feed: live, delay: configuration.announcementDelay,
                heartbeatInterval: configuration.heartbeatInterval, logger: logger))
        if let gateways { application.addServices(gateways) }
        return application
    }

    /// Nobody has to show a token there, which may take the disk and a while to judge.
    private var express: ExpressDesk? {
        guard configuration.authentication == .open else { return nil }
        return ExpressDesk(door: governance, access: access, metrics: metrics, logger: logger)
    }

    private var responder: FrontResponder {
        let middleware = FrontMiddleware(
            access: access, cors: CORSHeaders(policy: configuration.cors),
            sockets: WebSocketSwitch(
                [LiveDoor(feed: live).route], origins: configuration.cors, configuration: configuration.webSocket,
                metrics: metrics))
        return FrontResponder(to: routes, behind: middleware)
    }

    /// Method and path of every operation, as the document at `/openapi.json` names them.
    package var operations: [String] { routes.map { OperationDescription.name($0.method, $0.path) } }

    private func callbacks(of gateways: GatewayFeeds) -> GatewayDoor {
        GatewayDoor(
            door: governance, feeds: gateways, configuration: configuration,
            authenticator: configuration.authentication == .required ? authenticator : nil)
    }

    /// Every operation of every door.
    private var routes: [Route] {
        let described =
            SystemDoor(ledger: ledger, evidence: evidence, metrics: metrics).routes
            + governance.routes
            + (gateways.map { callbacks(of: $0).routes } ?? [])
            + HITLDoor(
                ledger: ledger, hub: hub, live: live, authenticator: authenticator, configuration: configuration
            ).routes
            + AuditDoor(ledger: ledger, authenticator: authenticator).routes
            + AdminDoor(
                ledger: ledger, authenticator: authenticator, bodySizeBytesMax: configuration.bodySizeBytesMax
            ).routes
            + (evidence.map { EvidenceDoor(evidence: $0).routes } ?? [])
        let routes = described + DescriptionDoor(of: described, authentication: configuration.authentication).routes
        switch configuration.authentication {
        case .open: return routes
        case .required:
            return routes.map { $0.guarded(by: authenticator) }
        }
    }
}
