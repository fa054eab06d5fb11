import HTTPTypes
import Testing

/// Every path answers other methods than its own with 405 and says which it has (governance-api 1).
@Suite("Methods")
struct MethodTests {
    private static let base = FrontFixture.base

    static let readPaths = [
        "/", "/health", "/health/live", "/health/ready", "/healthz", "/readyz", "/api/health", "/ws/health", "/metrics",
        base + "/health", base + "/pending", base + "/escalations", base + "/session/alice@host/stats",
        base + "/decision/d1", base + "/decision/d1/status", base + "/decision/d1/watch", base + "/stream/alice@host",
        base + "/decisions/d1", "/governance/decisions", "/governance/decisions/d1", "/governance/stream",
    ]

    static let commandPaths = [
        base + "/session/create", base + "/session/close", base + "/decision/d1/approve", base + "/decision/d1/reject",
        base + "/decision/d1/escalate", base + "/test/enqueue",
    ]

    private func check(
        _ front: FrontFixture, _ methods: [HTTPRequest.Method], on path: String, allowed: String
    ) async throws {
        for method in methods {
            try await Exchange(
                "\(method) \(path)", method, path, "{}", .methodNotAllowed,
                contains: method == .head ? [] : [#"{"detail":"Method Not Allowed"}"#], answers: [.allow: allowed]
            ).check(front)
        }
    }

    @Test("what can be read cannot be written", arguments: readPaths)
    func reads(_ path: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let isHealth = Self.healthPaths.contains(path)
        try await check(
            front, [.post, .put, .patch, .delete, .trace], on: path,
            allowed: isHealth ? "GET, HEAD, OPTIONS" : "GET, HEAD")
        guard !isHealth else { return }
        try await check(front, [.options], on: path, allowed: "GET, HEAD")
    }

    /// Where OPTIONS is answered (golden-path 8).
    private static let healthPaths = [
        "/health", "/health/live", "/health/ready", "/healthz", "/readyz", "/api/health", "/ws/health",
    ]

    @Test("health says also by OPTIONS that somebody is there", arguments: healthPaths)
    func healthOptions(_ path: String) async throws {
        let front = try FrontFixture()
        try await Exchange(
            path, .options, path, .noContent, answers: [.allow: "GET, HEAD, OPTIONS"]
        ).check(front)
    }

    @Test(
        "two slashes are not one",
        arguments: ["//health", "/api//health", "//api/decisions/pending", "/health//", "//evil.example/"])
    func doubledSlashes(_ path: String) async throws {
        let front = try FrontFixture()
        #expect(try await front.request(.get, path).status == .notFound)
    }

    @Test("what takes a command can only be posted to", arguments: commandPaths)
    func commands(_ path: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await check(front, [.get, .head, .put, .patch, .delete, .options, .trace], on: path, allowed: "POST")
    }

    @Test("the list of decisions can be read and added to")
    func both() async throws {
        let front = try FrontFixture()
        try await check(front, [.put, .patch, .delete], on: Self.base + "/decisions", allowed: "GET, HEAD, POST")
    }

    @Test("a method that nobody knows is refused like any other")
    func unknown() async throws {
        let front = try FrontFixture()
        let method = try #require(HTTPRequest.Method("PROPFIND"))
        try await check(front, [method], on: Self.base + "/pending", allowed: "GET, HEAD")
    }
}
