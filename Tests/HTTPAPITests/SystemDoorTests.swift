import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import NIOCore
import Testing
import VerdictTesting

/// Banner, health and metrics (governance-api 3.1 and 3.2, contracts/README).
@Suite("Banner, health and metrics")
struct SystemDoorTests {
    @Test("the banner has exactly these keys")
    func banner() async throws {
        let answer = try await FrontFixture().request(.get, "/")
        #expect(answer.keys == ["service", "version", "description", "docs", "health", "governance_api"])
        #expect(answer["service"] == "Governance Workspace Production Server")
        #expect(answer["version"] == "1.0.0")
        #expect(answer["docs"] == "/docs")
        #expect(answer["health"] == "/health")
        #expect(answer["governance_api"] == "/api/v1/governance")
        #expect(answer.headers[.contentType] == "application/json")
    }

    @Test(
        "all health paths have the same keys, and a bad token changes nothing",
        arguments: [
            "/health", "/api/health", "/health/live", "/health/ready", "/healthz", "/readyz", "/ws/health",
        ])
    func health(_ path: String) async throws {
        let answer = try await FrontFixture().request(.get, path, headers: [.authorization: "Bearer nonsense"])
        #expect(answer.status == .ok)
        // Ours may also say that the audit index is not there yet.
        let keys = answer.keys.filter { path != "/readyz" || $0 != "projections" }
        #expect(keys == ["status", "service", "version", "timestamp", "message", "components"])
        #expect(answer["status"] == "healthy")
        #expect(answer["service"] == "HITL Console Backend")
        #expect(
            answer["components"] == [
                "decision_queue": true, "operator_interface": true, "decision_framework": true,
            ])
    }

    @Test("health of the governance API")
    func governanceHealth() async throws {
        let front = try FrontFixture()
        try await front.fixture.submit()
        #expect(
            try await front.get("/health").text == """
                {"status":"healthy","active_connections":0,"total_connections":0,"decisions_streamed":0,\
                "queue_size":1,"timestamp":"2026-01-15T12:00:00.000000Z","version":"1.0.0"}
                """)
    }

    @Test("metrics are text of Prometheus: each line a comment or a sample, each sample of a declared type")
    func metrics() async throws {
        let front = try FrontFixture()
        let shared = front.front.application()
        let text = try await shared.test(.router) { client in
            for path in ["/health", "/nowhere"] { _ = try await client.execute(uri: path, method: .get) }
            return try await client.execute(uri: "/metrics", method: .get) { response in
                #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                return String(buffer: response.body)
            }
        }
        #expect(text.hasSuffix("\n"))
        var declared: Set<String> = []
        for line in text.split(separator: "\n") {
            if let type = line.wholeMatch(of: #/# TYPE ([a-z_]+) (counter|gauge|histogram)/#) {
                #expect(declared.insert(String(type.1)).inserted, "\(line)")
                continue
            }
            let sample = try #require(
                line.wholeMatch(of: #/([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+/#), "\(line)")
            let name = String(sample.1)
            let families =
                [name]
                + ["_bucket", "_sum", "_count"].filter { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
            #expect(families.contains { declared.contains($0) }, "\(line)")
        }
        #expect(text.contains(#"verdict_http_requests_total{status="2xx"} 1"#))
        #expect(text.contains(#"verdict_http_requests_total{status="4xx"} 1"#))
    }
}
