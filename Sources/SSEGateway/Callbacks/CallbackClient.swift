import AsyncHTTPClient
import EventLog
import Logging
import NIOCore
import NIOHTTP1

/// Calls the backend (sse-gateway 5). Every call is tried once.
struct CallbackClient: Sendable {
    private let target: CallbackTarget
    private let timeout: TimeAmount
    private let logger: Logger
    private let http: HTTPClient

    init(
        target: CallbackTarget, timeout: Interval, connectionsMax: Int, group: any EventLoopGroup, logger: Logger
    ) {
        self.target = target
        self.timeout = timeout.timeAmount
        self.logger = logger
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        // What a redirected POST becomes is nobody's wish; the client hears of it as of any other refusal.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = self.timeout
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // A backend that is not there is said at once; by itself the client would go on trying until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { ReasonPhraseHandler.install(in: $0) }
        http = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// Asks whether a stream may open.
    ///
    /// - Returns: on that loop, and never an error.
    func connect(_ request: ForwardedRequest, token: String, on loop: any EventLoop) -> EventLoopFuture<CallbackAnswer>
    {
        post(request.connectBody(token: token), on: loop)
    }

    /// Says that a stream has ended. Whatever the backend answers changes nothing (sse-gateway 5.4).
    ///
    /// - Returns: on that loop when the answer is there, and never an error.
    func disconnect(
        _ request: ForwardedRequest, token: String, reason: DisconnectReason, on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        let logger = logger
        return post(request.disconnectBody(token: token, reason: reason), on: loop).map { answer in
            if let problem = answer.problemAfterDisconnect {
                logger.warning("disconnect callback: \(problem)", metadata: ["token": "\(token)"])
            }
        }
    }

    private func post(_ body: [UInt8], on loop: any EventLoop) -> EventLoopFuture<CallbackAnswer> {
        var request = target.request
        request.body = .bytes(body)
        return http.execute(
            request: request, delegate: AnswerCollector(), eventLoop: .delegate(on: loop), deadline: .now() + timeout
        ).futureResult.hop(to: loop).recover { CallbackAnswer($0) }
    }

    /// Breaks off what is under way.
    func shutdown() async throws {
        try await http.shutdown()
    }
}

extension CallbackAnswer {
    fileprivate var problemAfterDisconnect: String? {
        switch self {
        case .answered(let status, _, let body):
            if !(200..<300).contains(status.code) { return "answered \(status.code)" }
            let json = (try? JSONParser.parse(body)) ?? .null
            return json["event"] == nil && json["close"] == nil ? nil : "answered an event or a close, which is ignored"
        case .timedOut: return "no answer in time"
        case .unreachable(let reason): return reason
        }
    }
}
