import ArgumentParser
import EventLog
import Evidence
import Foundation
import Governance
import HTTPAPI
import Hummingbird
import Identity
import Ledger
import Logging
import NIOCore
import ServiceLifecycle

/// `verdict serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the decisions of a data directory over HTTP.",
        discussion: """
            The data directory is made if it is not there. One server at a time holds it; kill it as you like, what was \
            acknowledged is on the disk. SIGTERM, Ctrl-C and the end of its terminal end open streams, answer \
            what waits, and stop it.

            A value comes from the flag, else from the environment, else from the file of settings, else from its default. \
            Secrets have no flag, which the list of processes would show:

            \(Setting.secretsHelp)
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let settings = try options.settings()
        settings.logFormat.bootstrap(level: settings.logLevel)
        let logger = Logger(label: "verdict")
        try Self.refuseOpenDoor(settings)
        try OpenFileLimit.raise(logger)
        report(settings, to: logger)
        if settings.hasWeakKey {
            logger.warning("the secret key has fewer than 32 characters: who guesses it makes tokens for everybody")
        }
        let metrics = PrometheusMetrics()
        let (ledger, port) = try await Self.open(settings, metrics)
        do {
            try await serve(settings, ledger, port, metrics, logger)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            try await ledger.close()
            throw ServeError.portTaken(settings.port)
        } catch {
            try await ledger.close()
            throw error
        }
        try await ledger.close()
        logger.notice("stopped")
    }

    /// Opens the ledger, and says on the server's port how far it is where that takes long.
    ///
    /// - Returns: the port to listen on too: one that was free stays the same.
    private static func open(
        _ settings: ServeSettings, _ metrics: PrometheusMetrics
    ) async throws -> (Ledger, port: Int) {
        let starting = StartingFront(
            host: settings.host, port: settings.port, time: SystemTime(), cors: settings.cors)
        var configuration = settings.ledger(metrics)
        configuration.buildReport = { starting.report($0) }
        // On a thread of its own: those of tasks are few, and answer meanwhile.
        let opened = await withCheckedContinuation { continuation in
            Thread.detachNewThread { [configuration] in
                continuation.resume(
                    returning: Result { try Ledger(directory: settings.dataPath, configuration: configuration) })
            }
        }
        let port = await starting.end()
        return (try opened.get(), port: port ?? settings.port)
    }

    private func serve(
        _ settings: ServeSettings, _ ledger: Ledger, _ port: Int, _ metrics: PrometheusMetrics, _ logger: Logger
    ) async throws {
        let local = LocalAccess.makeCredential()
        let identity = try IdentityServices(
            ledger: ledger, configuration: settings.identity, keys: settings.signingKeys, localCredential: local)
        let evidence = try settings.evidence(metrics).map {
            try EvidenceLog(of: ledger, data: settings.dataPath, configuration: $0)
        }
        do {
            try await identity.desk.ensureFirstAdministrator(password: settings.adminPassword)
            try Self.judgeWellKnownPasswords(settings, ledger, logger)
            try await serve(settings, ledger, port, identity, evidence, metrics, logger)
        } catch {
            await evidence?.close()
            throw error
        }
        await evidence?.close()
    }

    private func serve(
        _ settings: ServeSettings, _ ledger: Ledger, _ port: Int, _ identity: IdentityServices,
        _ evidence: EvidenceLog?, _ metrics: PrometheusMetrics, _ logger: Logger
    ) async throws {
        var front = settings.front
        front.port = port
        let address = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let application = Front(
            ledger: ledger, identity: identity, evidence: evidence, configuration: front, metrics: metrics
        ).application { port in
            let access = LocalAccess(
                address: "http://\(Self.own(address)):\(port)", credential: identity.localCredential ?? "")
            do {
                try access.write(in: settings.dataPath)
            } catch {
                logger.warning("the command line cannot reach this server", metadata: ["error": "\(error)"])
            }
            print("verdict \(Banner.version) listens on http://\(address):\(port), data in \(settings.dataPath)")
            // Whoever started the server reads the port here, through a pipe too.
            fflush(nil)
        }
        defer { LocalAccess.remove(in: settings.dataPath) }
        try await serve(application, ledger, evidence, logger)
    }

    /// Where this machine reaches a server that listens on that address.
    private static func own(_ address: String) -> String {
        switch address {
        case "0.0.0.0": "127.0.0.1"
        case "[::]": "[::1]"
        default: address
        }
    }

    /// A password that everybody knows is none: it is said at every start, and to others than this machine such a server
    /// does not open.
    private static func judgeWellKnownPasswords(
        _ settings: ServeSettings, _ ledger: Ledger, _ logger: Logger
    ) throws {
        guard let user = ledger.accounts.administrators.first(where: \.hasWellKnownPassword) else { return }
        guard isLoopback(settings.host) else { throw ServeError.wellKnownPassword(user.username) }
        logger.warning(
            "this administrator has the password that everybody knows; change it with: verdict user password",
            metadata: ["user": "\(user.username)"])
    }

    private func serve(
        _ application: some ApplicationProtocol, _ ledger: Ledger, _ evidence: EvidenceLog?, _ logger: Logger
    ) async throws {
        let beside: [any Service] = [ClockService(ledger: ledger)] + (evidence.map { [EvidenceService($0)] } ?? [])
        var configuration = ServiceGroupConfiguration(
            services: beside + [application], gracefulShutdownSignals: StopSignals.all,
            logger: logger)
        // A connection that does not end by itself in this time is cut, so that the whole stop stays under 5 s.
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Without authentication the door is for this machine alone, unless somebody says otherwise in so many words.
    private static func refuseOpenDoor(_ settings: ServeSettings) throws {
        if settings.authentication == .open, !settings.isInsecurePermitted, !isLoopback(settings.host) {
            throw ServeError.openDoor(settings.host)
        }
        if settings.authentication == .required, !settings.gateways.isEmpty, settings.gatewaySecret == nil {
            throw ServeError.unknownGateways
        }
        if settings.live.admitsAnonymousSockets, !isLoopback(settings.host) {
            throw ServeError.openSocket(settings.host)
        }
    }

    /// Says with what the server starts: what somebody has set, and where; at level info the defaults too.
    private func report(_ settings: ServeSettings, to logger: Logger) {
        for setting in settings.resolved.describe() {
            logger.log(
                level: setting.source == .standard ? .info : .notice, "setting",
                metadata: ["name": "\(setting.name)", "value": "\(setting.value)", "source": "\(setting.source)"])
        }
    }
}

/// Why the server does not start.
enum ServeError: Error, CustomStringConvertible {
    case openDoor(String)
    case openSocket(String)
    case wellKnownPassword(String)
    case unknownGateways
    case portTaken(Int)

    var description: String {
        switch self {
        case .openDoor(let host):
            """
            anybody who reaches \(host) could decide: without authentication the server binds to a loopback address \
            only (--host 127.0.0.1). Say --auth required, or --insecure if something in front of it asks for credentials
            """
        case .openSocket(let host):
            """
            anybody who reaches \(host) could read along: --open-websocket is for a loopback address only \
            (--host 127.0.0.1)
            """
        case .wellKnownPassword(let username):
            """
            the administrator \(username) still has the password that everybody knows, so the server binds to a \
            loopback address only: change it first with: verdict user password \(username)
            """
        case .unknownGateways:
            """
            with --auth required gateways have to prove themselves too: set VERDICT_GATEWAY_SECRET to a long random text, \
            and give the same to each gateway, as ?secret=… in its CALLBACK_URL and as its SSE_SEND_SECRET
            """
        case .portTaken(let port):
            "port \(port) is taken by another program: choose another one with --port, or 0 for any free one"
        }
    }
}

/// Runs the SLA clock beside the server.
private struct ClockService: Service {
    let ledger: Ledger

    func run() async throws {
        await cancelWhenGracefulShutdown { await ledger.runClock() }
    }
}

extension ServeSettings {
    fileprivate func ledger(_ metrics: PrometheusMetrics) -> LedgerConfiguration {
        var configuration = LedgerConfiguration()
        configuration.policy.queueCapacity = queueCapacity
        configuration.policy.escalatesOnTimeout = escalatesOnTimeout
        configuration.commandQueueMax = commandQueueMax
        configuration.metrics = metrics
        return configuration
    }

    /// Nil where nobody wants any.
    fileprivate func evidence(_ metrics: PrometheusMetrics) -> EvidenceConfiguration? {
        guard keepsEvidence else { return nil }
        var configuration = EvidenceConfiguration()
        configuration.witnesses = witnesses
        configuration.metrics = metrics
        return configuration
    }

    fileprivate var cors: CORSPolicy { corsOrigins == ["*"] ? .any : .only(Set(corsOrigins)) }

    fileprivate var front: FrontConfiguration {
        var configuration = FrontConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.authentication = authentication
        configuration.cors = cors
        configuration.bodySizeBytesMax = bodySizeBytesMax
        configuration.idleTimeout = .seconds(idleSeconds)
        configuration.connectionsMax = connectionsMax == 0 ? OpenFileLimit.connections : connectionsMax
        configuration.admitsUnknownSessions = admitsUnknownSessions
        configuration.live = live
        configuration.heartbeatInterval = .seconds(heartbeatSeconds)
        configuration.gateways = gateways
        configuration.gatewaySecret = gatewaySecret
        return configuration
    }
}
