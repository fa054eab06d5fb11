import EventLog
import Logging
import VerdictTesting

@testable import HTTPAPI

extension LiveFront {
    /// Runs a front with tokens for alice and bob.
    static func runWebSockets(
        logger: Logger = .silent, _ configure: (inout FrontConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (LiveFront, WebSocketTokens) async throws -> Void
    ) async throws {
        let tokens = WebSocketTokens()
        tokens.issue(to: "alice")
        tokens.issue(to: "bob")
        var front = try FrontFixture { configuration in
            configuration.authenticateSocket = tokens.authenticate
            configure(&configuration)
        }
        front.logger = logger
        try await run(front) { live in try await body(live, tokens) }
    }

    /// What the server answers to a request for a WebSocket.
    ///
    /// - Parameter token: goes into the Authorization header.
    func handshake(
        _ path: String = "/ws/alice", token: String? = nil, headers: [String] = [], answersPings: Bool = true,
        receiveSizeBytes: Int? = nil
    ) async throws -> WebSocketClient.Handshake {
        let client = try await WebSocketClient.connect(
            port: port, answersPings: answersPings, receiveSizeBytes: receiveSizeBytes)
        return try await client.ask(Self.handshakeRequest(path, token: token, headers: headers))
    }

    static func handshakeRequest(_ path: String = "/ws/alice", token: String? = nil, headers: [String] = []) -> String {
        var lines = [
            "GET \(path) HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if let token { lines.append("Authorization: Bearer \(token)") }
        return (lines + headers + ["", ""]).joined(separator: "\r\n")
    }

    /// The answer to any request.
    func request(_ text: String) async throws -> WebSocketClient.Handshake {
        try await WebSocketClient.connect(port: port).ask(text)
    }

    /// An open WebSocket of a user, behind its greeting.
    func webSocket(_ username: String = "alice", token: String? = nil) async throws -> WebSocketClient {
        let client = try await handshake("/ws/\(username)", token: token ?? "head.\(username).tail").client
        _ = try await client.next()
        return client
    }

    var statistics: LiveStatistics { server.live.statistics }

    /// Returns once so many are connected.
    func waitForConnections(_ count: Int) async {
        while statistics.currentConnections != count { await Task.yield() }
    }
}
