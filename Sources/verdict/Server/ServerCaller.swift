import AsyncHTTPClient
import EventLog
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Calls a server, over connections that stay open.
struct ServerCaller: Sendable {
    static let timeoutSeconds: Int64 = 30
    private static let connectSecondsMax: Int64 = 5
    static let replySizeBytesMax = 1 << 24
    /// What connecting fails with where no server is, other than what breaks an open connection.
    private static let unreachableCodes: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EACCES]

    let server: ServerAddress
    /// A token of a person or the credential of a program; nil for nobody.
    private let credential: String?
    private let http: HTTPClient

    /// Runs something that calls the server, and closes the connections behind it.
    static func using<Value>(
        _ server: ServerAddress, credential: String? = nil, connectionsMax: Int,
        _ body: (ServerCaller) async throws -> Value
    ) async throws -> Value {
        let caller = ServerCaller(server, credential: credential, connectionsMax: connectionsMax)
        do {
            let value = try await body(caller)
            try await caller.http.shutdown()
            return value
        } catch {
            try? await caller.http.shutdown()
            throw error
        }
    }

    private init(_ server: ServerAddress, credential: String?, connectionsMax: Int) {
        self.server = server
        self.credential = credential
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(Self.connectSecondsMax)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // A server that is not there is said at once; by itself the client would go on trying for seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// - Parameters:
    ///   - path: with its slash, percent-encoded.
    ///   - body: JSON, or nil for none.
    /// - Throws: `ServerCallError`, `CancellationError`.
    func call(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil,
        timeoutSeconds: Int64 = ServerCaller.timeoutSeconds, replySizeBytesMax: Int = ServerCaller.replySizeBytesMax
    ) async throws -> ServerReply {
        var request = HTTPClientRequest(url: server.text + path)
        request.method = method
        if let credential { request.headers.add(name: "authorization", value: "Bearer \(credential)") }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await http.execute(request, timeout: .seconds(timeoutSeconds))
            let reply = try await response.body.collect(upTo: replySizeBytesMax)
            return ServerReply(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
                body: Array(reply.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch let error as NIOConnectionError {
            throw ServerCallError.unreachable(reason: Self.reason(of: error))
        } catch let error as HTTPClientError where error == .connectTimeout {
            throw ServerCallError.unreachable(reason: "no connection within \(Self.connectSecondsMax) seconds")
        } catch let error as IOError where Self.unreachableCodes.contains(error.errnoCode) {
            throw ServerCallError.unreachable(reason: Self.words(for: error))
        } catch {
            throw ServerCallError.broken(reason: "the connection broke: \(error)")
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
