import AsyncHTTPClient
import EventLog
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Submits decisions to a server, over connections that stay open.
struct EnqueueClient: Sendable {
    /// How often one submission is tried again.
    static let retriesMax = 5
    private static let requestTimeout = TimeAmount.seconds(30)
    private static let replySizeBytesMax = 1_048_576
    /// What connecting fails with where no server is, other than what breaks an open connection.
    private static let unreachableCodes: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EACCES]

    private let server: ServerAddress
    private let http: HTTPClient

    init(server: ServerAddress, connectionsMax: Int) {
        self.server = server
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // A server that is not there is said at once; by itself the client would go on trying for seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws {
        try await http.shutdown()
    }

    /// Submits one body, again after a while where the server is busy or the connection breaks: the id makes a second
    /// arrival harmless.
    ///
    /// - Throws: `ImportError.serverUnreachable`.
    func submit(_ body: [UInt8]) async throws -> SubmissionOutcome {
        var retries = 0
        while true {
            let reply = try await attempt(body)
            switch reply {
            case .enqueued: return .enqueued
            case .alreadyThere: return .alreadyThere
            case .refused(let reason): return .failed(reason: reason)
            case .busy(let seconds, let reason):
                guard retries < Self.retriesMax else { return .failed(reason: reason) }
                retries += 1
                try await Task.sleep(for: .seconds(seconds))
            }
        }
    }

    private func attempt(_ body: [UInt8]) async throws -> EnqueueReply {
        var request = HTTPClientRequest(url: server.text + "/api/v1/governance/test/enqueue")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await http.execute(request, timeout: Self.requestTimeout)
            let reply = try await response.body.collect(upTo: Self.replySizeBytesMax)
            return EnqueueReply(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
                body: Array(reply.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch let error as NIOConnectionError {
            throw ImportError.serverUnreachable(server, reason: Self.reason(of: error))
        } catch let error as HTTPClientError where error == .connectTimeout {
            throw ImportError.serverUnreachable(server, reason: "no connection within 5 seconds")
        } catch let error as IOError where Self.unreachableCodes.contains(error.errnoCode) {
            throw ImportError.serverUnreachable(server, reason: Self.words(for: error))
        } catch {
            return .busy(retryAfterSeconds: 1, reason: "the connection broke: \(error)")
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        guard let failure = error.connectionErrors.first?.error else { return "the name \(error.host) has no address" }
        return (failure as? IOError).map(words) ?? String(describing: failure)
    }

    private static func words(for error: IOError) -> String {
        String(cString: strerror(error.errnoCode))
    }
}
