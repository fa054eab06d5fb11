import EventLog
import HTTPTypes
import Hummingbird
import Logging
import Projections
import Synchronization

/// Stands in for the front while the views are being built before the server can serve, where that takes long: says how far
/// it is, and asks everybody else to come back.
package final class StartingFront: Sendable {
    /// A build that is over sooner needs nobody to say so.
    private static let patience = Duration.milliseconds(500)

    private struct State {
        var progress: BuildProgress?
        var serving: Task<Void, Never>?
        var port: Int?
    }

    private let host: String
    private let port: Int
    private let time: any TimeSource
    private let cors: CORSHeaders
    private let logger: Logger
    private let begin = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter port: 0 for any free one.
    package init(
        host: String, port: Int, time: any TimeSource, cors: CORSPolicy, logger: Logger = Logger(label: "verdict.http")
    ) {
        self.host = host
        self.port = port
        self.time = time
        self.cors = CORSHeaders(policy: cors)
        self.logger = logger
    }

    /// Hears how far the build is, and begins to answer once it has taken long enough.
    package func report(_ progress: BuildProgress) {
        state.withLock { state in
            state.progress = progress
            guard state.serving == nil, ContinuousClock.now - begin >= Self.patience else { return }
            logger.notice("the views are being built from the log: /readyz says how far it is")
            // Where the port is taken, the server itself will say so.
            state.serving = Task { try? await self.application().run() }
        }
    }

    /// Stops answering.
    ///
    /// - Returns: the port that was listened on; nil where that was not necessary.
    package func end() async -> Int? {
        let serving = state.withLock { $0.serving }
        serving?.cancel()
        await serving?.value
        return state.withLock { $0.port }
    }

    package func application() -> some ApplicationProtocol {
        let router = Router(context: FrontContext.self)
        router.add(middleware: StartingMiddleware(cors: cors, answer: { [self] in answer(to: $0) }))
        var logger = logger
        // That it starts, and stops while somebody asks, is nobody's news.
        logger.logLevel = .critical
        return Application(
            router: router,
            server: .http1(configuration: .guarded(patience: .seconds(10), bodySizeBytesMax: 0, express: nil)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { [self] channel in state.withLock { $0.port = channel.localAddress?.port } },
            logger: logger)
    }

    private func answer(to request: Request) -> Response {
        let progress = state.withLock { $0.progress }
        let fraction = progress?.fraction ?? 0
        let sentence = "The views are being built from the log: \(Int(fraction * 100)) % are done"
        if SystemDoor.livePaths.contains(request.uri.path) {
            return HealthAnswer(isReady: true, message: sentence, time: time.now()).response
        }
        guard SystemDoor.readyPaths.contains(request.uri.path) else {
            return APIError(.serviceUnavailable, detail: sentence, headers: [.retryAfter: "1"]).response
        }
        let views = HealthAnswer.Projection(
            name: ViewsModel.views.name, phase: .starting, progress: fraction, deadLetters: [:])
        return HealthAnswer(isReady: false, message: sentence, time: time.now(), projections: [views]).response
    }
}

/// Answers every request by itself.
private struct StartingMiddleware: RouterMiddleware {
    let cors: CORSHeaders
    let answer: @Sendable (Request) -> Response

    func handle(
        _ request: Request, context: FrontContext, next: (Request, FrontContext) async throws -> Response
    ) async throws -> Response {
        if let preflight = cors.preflight(request) { return preflight }
        var response = answer(request)
        cors.mark(&response, to: request)
        return response
    }
}
