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
    private func answer(_ method: HTTPRequest.Method, _ path: String) async throws -> Answer {
        let front = StartingFront(host: "127.0.0.1", port: 0, time: ManualTime(), logger: .silent)
        front.report(BuildProgress(position: 420, target: 1000, elapsed: .seconds(1)))
        return try await front.application().test(.router) { client in
            try await client.execute(uri: path, method: method) { response in
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
