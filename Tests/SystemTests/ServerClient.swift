import AsyncHTTPClient
import EventLog
import NIOCore
import NIOHTTP1

/// Calls a server as programs and people do.
struct ServerClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]

        /// The body; null where it is no JSON.
        var json: JSON { (try? JSONParser.parse(bytes)) ?? .null }

        var text: String { String(decoding: bytes, as: UTF8.self) }

        subscript(key: String) -> JSON? { json[key] }
    }

    static let api = "/api/v1/governance"
    private static let bodySizeBytesMax = 1 << 26

    let address: String

    /// Never shut down: it lives as long as the tests.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    // MARK: Calls

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await answer(to: request(.GET, path, headers: headers))
    }

    /// - Parameter key: the `Idempotency-Key`.
    func post(_ path: String, _ body: JSON, key: String? = nil) async throws -> Answer {
        try await post(path, bytes: body.bytes, key: key)
    }

    /// - Parameter type: what the bytes claim to be.
    func post(
        _ path: String, bytes: [UInt8], type: String = "application/json", key: String? = nil
    ) async throws -> Answer {
        var request = request(.POST, path)
        request.headers.add(name: "content-type", value: type)
        if let key { request.headers.add(name: "idempotency-key", value: key) }
        request.body = .bytes(ByteBuffer(bytes: bytes))
        return try await answer(to: request)
    }

    /// A stream of Server-Sent Events that is open once this returns.
    func stream(_ path: String, headers: HTTPHeaders = [:]) async throws -> EventStream {
        EventStream(try await Self.http.execute(request(.GET, path, headers: headers), timeout: .seconds(60)))
    }

    func request(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders = [:]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        request.headers = headers
        return request
    }

    func answer(to request: HTTPClientRequest) async throws -> Answer {
        let response = try await Self.http.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: Self.bodySizeBytesMax)
        return Answer(
            status: Int(response.status.code), headers: response.headers, bytes: Array(body.readableBytesView))
    }
}

extension ServerClient {
    struct Unexpected: Error {
        let status: Int
        let text: String
    }

    /// Opens a session and returns its id.
    func openSession(_ operatorID: String, role: String = "soc_operator", key: String? = nil) async throws -> String {
        let answer = try await post(
            "\(Self.api)/session/create", ["operator_id": .string(operatorID), "operator_role": .string(role)],
            key: key)
        guard answer.status == 200, let id = answer["session_id"]?.stringValue else {
            throw Unexpected(status: answer.status, text: answer.text)
        }
        return id
    }

    func enqueue(_ decisionID: String, _ more: [String: JSON] = [:], key: String? = nil) async throws -> Answer {
        var body = JSONObject([.init(key: "decision_id", value: .string(decisionID))])
        for (name, value) in more.sorted(by: { $0.key < $1.key }) { body[name] = value }
        return try await post("\(Self.api)/test/enqueue", .object(body), key: key)
    }

    /// What an operator may do with a decision.
    enum Action: String, CaseIterable, Sendable {
        case approve, reject, escalate
    }

    func act(
        _ action: Action, on decisionID: String, in sessionID: String, key: String? = nil
    ) async throws -> Answer {
        try await post(
            "\(Self.api)/decision/\(decisionID)/\(action.rawValue)",
            [
                "session_id": .string(sessionID), "reason": "not now", "escalation_reason": "too big",
                "comment": "seen",
            ],
            key: key)
    }
}
