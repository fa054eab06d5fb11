import ArgumentParser
import EventLog
import Foundation
import Logging
import NIOCore
import SSEGateway
import ServiceLifecycle

/// `verdict gateway`
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Hold event streams for a backend that decides, by callback, who may connect.",
        discussion: """
            Clients open any path with GET and read Server-Sent Events. The backend is asked about each of them at the \
            callback URL, gets a token, and sends to that token with POST /internal/send. Nothing is stored. SIGTERM, \
            Ctrl-C and the end of its terminal end all streams and stop it.

            A value comes from the flag, else from the environment, else from the file of settings, else from its default.
            SSE_SEND_SECRET is what commands of the backend have to carry as a bearer token; without it, whoever reaches the \
            port and knows the token of a stream may send on it, and commands about many streams are taken on a loopback \
            address only.

            The broker is set by RABBITMQ_URL, RABBITMQ_QUEUE_TTL_MS, RABBITMQ_ENV_PREFIX and RABBITMQ_ENV_AUTO_DELETE: it \
            is reported by /readyz and not used.
            """)

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        defer { Self.flush() }
        let settings: GatewaySettings
        do {
            settings = try options.settings()
        } catch {
            LoggingSystem.bootstrap { _ in GatewayLogHandler(logLevel: .info) }
            Logger(label: "gateway").error("\(error)")
            throw ExitCode.failure
        }
        LoggingSystem.bootstrap { [level = settings.logLevel] _ in GatewayLogHandler(logLevel: level) }
        let logger = Logger(label: "gateway")
        try OpenFileLimit.raise(logger)
        report(settings, to: logger)
        do {
            try await serve(settings.configuration, logger)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            logger.error("port \(settings.configuration.port) is taken by another program")
            throw ExitCode.failure
        } catch {
            logger.error("stopped: \(error)")
            throw ExitCode.failure
        }
        logger.notice("stopped")
    }

    private func serve(_ configuration: GatewayConfiguration, _ logger: Logger) async throws {
        let gateway = Gateway(configuration: configuration, logger: logger) { port in
            logger.notice("gateway listens on http://\(configuration.host):\(port)")
        }
        var silent = logger
        silent.logLevel = .error
        var group = ServiceGroupConfiguration(
            services: [gateway], gracefulShutdownSignals: StopSignals.all, logger: silent)
        // Streams end by themselves in half a second, read or not; this is for whatever nobody has thought of.
        group.maximumGracefulShutdownDuration = .milliseconds(1500)
        try await ServiceGroup(configuration: group).run()
    }

    /// Says with what the gateway starts. Both URLs hold secrets, so of them only whether they are there (sse-gateway 3).
    private func report(_ settings: GatewaySettings, to logger: Logger) {
        for (name, value, source) in settings.resolved.describe() {
            let isURL = [Setting.Gateway.callbackURL.name, Setting.Gateway.brokerURL.name].contains(name)
            let shown = isURL ? (source == .standard ? "not configured" : "configured") : value
            let isWorthALine = isURL || source != .standard
            logger.log(level: isWorthALine ? .info : .debug, "setting \(name): \(shown) (\(source))")
        }
        if settings.configuration.sendSecret == nil, !settings.configuration.trustsNetwork {
            logger.warning("whoever reaches this address and knows a token may send: SSE_SEND_SECRET keeps them out")
        }
        for complaint in settings.complaints { logger.error("\(complaint): the default is used") }
        if let broker = settings.configuration.broker {
            logger.error("this program has no AMQP: exchange \(broker.exchange) is not read, and no stream opens")
        }
    }

    private static func flush() {
        for output in [LineQueue.standardOutput, .standardError] { output.flush(milliseconds: 200) }
    }
}
