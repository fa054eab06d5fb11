import AsyncHTTPClient
import EventLog
import HTTPAPI
import Hummingbird
import Ledger
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import VerdictTesting

/// A front that listens on a socket, for what needs one.
struct LiveFront: Sendable {
    let front: FrontFixture
    let server: Front
    let port: Int
    let client: HTTPClient
    private let services: ServiceGroup

    var fixture: LedgerFixture { front.fixture }

    /// Runs the server for as long as the closure takes. All streams that it opened end with it.
    static func run(
        _ front: FrontFixture, _ body: @Sendable @escaping (LiveFront) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = front.front
        let application = server.application { port.yield($0) }
        let services = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await services.run()
            }
            do {
                for await port in ports {
                    try await body(
                        LiveFront(front: front, server: server, port: port, client: client, services: services))
                    break
                }
            } catch {
                try? await client.shutdown()
                await services.triggerGracefulShutdown()
                throw error
            }
            try await client.shutdown()
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// Tells the server to stop; what is open is served to its end.
    func shutDown() async { await services.triggerGracefulShutdown() }

    // MARK: Requests

    private func request(_ path: String, _ headers: [(String, String)]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return request
    }

    /// Opens a stream.
    func stream(_ path: String, headers: [(String, String)] = []) async throws -> StreamReader {
        StreamReader(try await client.execute(request(path, headers), timeout: .seconds(55)))
    }

    /// The stream of an operator in a session.
    func operatorStream(
        _ operatorID: String = "alice@host", session: String = "session-1", after lastEventID: String? = nil
    ) async throws -> StreamReader {
        try await stream(
            "\(FrontFixture.base)/stream/\(operatorID)?session_id=\(session)",
            headers: lastEventID.map { [("Last-Event-ID", $0)] } ?? [])
    }

    func watch(_ decisionID: String = "d1") async throws -> StreamReader {
        try await stream("\(FrontFixture.base)/decision/\(decisionID)/watch")
    }

    /// Posts JSON under `/api/v1/governance`; returns status and body.
    @discardableResult
    func post(_ path: String, _ body: String) async throws -> (status: Int, text: String) {
        var request = request(FrontFixture.base + path, [("Content-Type", "application/json")])
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        return try await text(request)
    }

    func get(_ path: String) async throws -> (status: Int, text: String) {
        try await text(request(FrontFixture.base + path, []))
    }

    private func text(_ request: HTTPClientRequest) async throws -> (status: Int, text: String) {
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 22)
        return (Int(response.status.code), String(buffer: body))
    }

    /// Asks for the health of the API until it shows that many open streams.
    func waitForOpenStreams(_ count: Int) async throws {
        while try await !get("/health").text.contains(#""active_connections":\#(count),"#) { await Task.yield() }
    }
}
