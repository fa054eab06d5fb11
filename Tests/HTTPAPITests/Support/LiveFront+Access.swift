import AsyncHTTPClient
import EventLog
import NIOCore
import NIOHTTP1
import Testing
import VerdictTesting

/// Requests with a token, on a socket.
extension LiveFront {
    /// Any request; returns status and body.
    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, token: String? = nil, headers: [(String, String)] = [],
        _ body: String? = nil
    ) async throws -> (status: Int, json: JSON) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(50))
        let bytes = Array(try await response.body.collect(upTo: 1 << 22).readableBytesView)
        return (Int(response.status.code), (try? JSONParser.parse(bytes)) ?? .null)
    }

    /// An access token.
    func logIn(_ username: String, _ password: String = StaffedFront.password) async throws -> String {
        let answer = try await send(
            .POST, "/api/auth/login", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            FormText.encoded([("username", username), ("password", password)]))
        return try #require(answer.json["access_token"]?.stringValue)
    }

    /// Asks for the metrics until they show that many streams, watches and waits.
    func waitForListeners(_ count: Int) async throws {
        let url = "http://127.0.0.1:\(port)/metrics"
        while true {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            if text.contains("verdict_open_streams \(count)") { return }
            await Task.yield()
        }
    }

    /// A stream, opened with a token.
    func stream(_ path: String, token: String) async throws -> StreamReader {
        try await stream(path, headers: [("Authorization", "Bearer \(token)")])
    }
}
