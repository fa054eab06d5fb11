import ArgumentParser
import EventLog
import Foundation
import Governance
import HTTPAPI
import Hummingbird
import Ledger
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// `verdict serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the decisions of a data directory over HTTP.",
        discussion: """
            The data directory is made if it is not there. One server at a time holds it; kill it as you like, what was \
            acknowledged is on the disk. SIGTERM or Ctrl-C ends open streams, answers what waits, and stops.

            A value comes from the flag, else from the environment, else from the file of settings, else from its default.
            A secret has no flag: VERDICT_GATEWAY_SECRET is what the callbacks of gateways carry in their query.
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let settings = try options.settings()
        settings.logFormat.bootstrap(level: settings.logLevel)
        let logger = Logger(label: "verdict")
        try Self.refuseOpenDoor(settings)
        report(settings, to: logger)
        let metrics = PrometheusMetrics()
        let ledger = try Ledger(directory: settings.dataPath, configuration: settings.ledger(metrics))
        let address = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let application = Front(ledger: ledger, configuration: settings.front, metrics: metrics)
            .application { port in
                print(
                    "verdict \(Banner.version) listens on http://\(address):\(port), data in \(settings.dataPath)")
                // Whoever started the server reads the port here, through a pipe too.
                fflush(nil)
            }
        do {
            try await serve(application, ledger, logger)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            try await ledger.close()
            throw ServeError.portTaken(settings.port)
        }
        try await ledger.close()
        logger.notice("stopped")
    }

    private func serve(_ application: some ApplicationProtocol, _ ledger: Ledger, _ logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [ClockService(ledger: ledger), application], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        // A connection that does not end by itself in this time is cut, so that the whole stop stays under 5 s.
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Without authentication the door is for this machine alone, unless somebody says otherwise in so many words.
    private static func refuseOpenDoor(_ settings: ServeSettings) throws {
        if !settings.isInsecurePermitted, !isLoopback(settings.host) {
            throw ServeError.openDoor(settings.host)
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
    case portTaken(Int)

    var description: String {
        switch self {
        case .openDoor(let host):
            """
            anybody who reaches \(host) could decide: without authentication the server binds to a loopback address \
            only (--host 127.0.0.1). If something in front of it asks for credentials, say --insecure
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

    fileprivate var front: FrontConfiguration {
        var configuration = FrontConfiguration()
        configuration.host = host
        configuration.port = port
        configuration.cors = corsOrigins == ["*"] ? .any : .only(Set(corsOrigins))
        configuration.bodySizeBytesMax = bodySizeBytesMax
        configuration.admitsUnknownSessions = admitsUnknownSessions
        configuration.heartbeatInterval = .seconds(heartbeatSeconds)
        configuration.gateways = gateways
        configuration.gatewaySecret = gatewaySecret
        return configuration
    }
}
