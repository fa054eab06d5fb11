import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Projections
import Testing
import VerdictTesting

@Suite("While the views are being built before the start")
struct StartingFrontTests {
    private func answer(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:]
    ) async throws -> Answer {
        let front = StartingFront(host: "127.0.0.1", port: 0, time: ManualTime(), cors: .default, logger: .silent)
        front.report(BuildProgress(position: 420, target: 1000, elapsed: .seconds(1)))
        return try await front.application().test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers) { response in
                Answer(
                    status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
            }
        }
    }

    @Test(
        "readiness says the phase and how far it is, as described", arguments: ["/readyz", "/health", "/health/ready"])
    func ready(_ path: String) async throws {
        let answer = try await answer(.get, path)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer["status"] == "unhealthy")
        #expect(answer["message"] == "The views are being built from the log: 42 % are done")
        let projection = answer["projections"]?.arrayValue?.first
        #expect(projection?["name"] == "views")
        #expect(projection?["phase"] == "starting")
        #expect(projection?["progress"]?.numberValue?.double == 0.42)
    }

    @Test("pages may read how far it is")
    func pages() async throws {
        let page = "http://localhost:3000"
        let health = try await answer(.get, "/health", headers: [.origin: page])
        #expect(health.headers[.accessControlAllowOrigin] == page)
        let preflight = try await answer(
            .options, "/api/v1/governance/pending",
            headers: [.origin: page, .accessControlRequestMethod: "GET"])
        #expect(preflight.status == .ok)
        #expect(preflight.headers[.accessControlAllowOrigin] == page)
    }

    @Test("the process is alive, and everybody else is asked to come back")
    func others() async throws {
        #expect(try await answer(.get, "/health/live").status == .ok)
        for (method, path) in [
            (HTTPRequest.Method.get, "/"), (.post, "/api/v1/governance/enqueue"), (.get, "/nowhere"),
        ] {
            let answer = try await answer(method, path)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "1")
            #expect(answer.keys == ["detail"])
        }
    }
}
