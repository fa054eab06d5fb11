import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging

/// Counts and times every request, names it, and writes one line about it.
struct AccessLog: Sendable {
    private let duration: Recorder
    private let counters: StatusCounters

    init(metrics: any MetricsFactory) {
        duration = Recorder(label: "verdict_http_request_duration_seconds", factory: metrics)
        counters = StatusCounters(metrics)
    }

    /// - Parameter start: when the request was begun with.
    func note(
        _ request: Request, answeredBy response: inout Response, since start: ContinuousClock.Instant,
        _ context: FrontContext
    ) {
        response.headers[.requestID] = context.id
        // Whatever the answer is: one to HEAD has no body, or the next answer would be read as this one's. It says the length
        // that GET is told.
        if request.method == .head {
            response.body = ResponseBody(contentLength: response.body.contentLength ?? 0) { try await $0.finish(nil) }
        }
        note(response.status, since: start, context.logger) { (request.method.rawValue, request.uri.path) }
    }

    /// The same of a request of the express lane.
    ///
    /// - Parameter name: of the request.
    func note(
        _ operation: ExpressOperation, name: String, status: HTTPResponse.Status,
        since start: ContinuousClock.Instant, _ logger: Logger
    ) {
        guard logger.logLevel <= .info || status.kind == .serverError else {
            return note(status, since: start, logger) { ("", "") }
        }
        var logger = logger
        logger[metadataKey: "hb.request.id"] = "\(name)"
        note(status, since: start, logger) { (operation.method.rawValue, operation.path) }
    }

    private func note(
        _ status: HTTPResponse.Status, since start: ContinuousClock.Instant, _ logger: Logger,
        _ request: () -> (method: String, path: String)
    ) {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        duration.record(elapsed)
        counters.count(status)
        let level: Logger.Level = status.kind == .serverError ? .warning : .info
        guard logger.logLevel <= level else { return }
        let (method, path) = request()
        logger.log(
            level: level, "request",
            metadata: [
                "method": "\(method)", "path": "\(path)", "status": "\(status.code)",
                "ms": "\((elapsed * 1_000_000).rounded() / 1000)",
            ])
    }
}

/// A counter for each class of status, made once.
private struct StatusCounters: Sendable {
    private let classes: [Counter]

    init(_ metrics: any MetricsFactory) {
        classes = (1...5).map { hundred in
            Counter(label: "verdict_http_requests_total", dimensions: [("status", "\(hundred)xx")], factory: metrics)
        }
    }

    func count(_ status: HTTPResponse.Status) {
        classes[min(max(status.code / 100, 1), 5) - 1].increment()
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let traceparent = HTTPField.Name("traceparent")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let sessionID = HTTPField.Name("X-Session-ID")!
    static let operatorID = HTTPField.Name("X-Operator-ID")!
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
