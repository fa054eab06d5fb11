import EventLog
import Foundation
import NIOHTTP1
import Testing

@Suite("A gateway of a server that wants tokens (sse-gateway 19)")
struct GatewayTokenTests {
    private static let secret = "hush-secret"

    /// A server, a gateway of it, and an analyst.
    private struct Staffed {
        let server: ServerProcess
        let gateway: GatewayProcess
        let administrator: String
        let ann: String
        let path: String

        init() async throws {
            let port = try GatewayProcess.freePort()
            server = try await ServerProcess(
                ["--auth", "required", "--gateways", "http://127.0.0.1:\(port)", "--log-level", "trace"],
                environment: ["VERDICT_GATEWAY_SECRET": GatewayTokenTests.secret])
            gateway = try await GatewayProcess(
                callbackURL: "\(server.address)/api/sse/callback?secret=\(GatewayTokenTests.secret)",
                ["--log-level", "trace"],
                environment: ["SSE_SEND_SECRET": GatewayTokenTests.secret, "SSE_CALLBACK_TIMEOUT_MS": "30000"],
                port: port)
            administrator = try await server.client.logInFirstAdministrator()
            ann = try await server.client.register("ann", role: "analyst", by: administrator)
            let session = try await server.client.call(
                .POST, "\(ServerClient.api)/session/create", ["operator_id": "ann"], as: ann)
            path = "\(ServerClient.api)/stream/ann?session_id=\(session["session_id"]?.stringValue ?? "")"
        }

        func stream(as token: String?) async throws -> EventStream {
            try await gateway.client.stream(path, headers: token.map { ["authorization": "Bearer \($0)"] } ?? [:])
        }

        /// What the only event of a stream says that was rejected.
        func rejection(_ path: String, as token: String?) async throws -> JSON {
            var stream = try await gateway.client.stream(
                path, headers: token.map { ["authorization": "Bearer \($0)"] } ?? [:])
            let event = try await stream.next()
            #expect(event?.name == "rejected")
            #expect(try await stream.next() == nil)
            return event?.json ?? .null
        }
    }

    @Test("whoever may watch at the server may watch at its gateway, and nobody else", .timeLimit(.minutes(1)))
    func admission() async throws {
        let staffed = try await Staffed()
        let client = staffed.server.client
        var inHeader = try await staffed.stream(as: staffed.ann)
        #expect(try await inHeader.next()?.name == "connected")
        // A browser's EventSource sends no header of its own.
        var inQuery = try await staffed.gateway.client.stream("\(staffed.path)&token=\(staffed.ann)")
        #expect(try await inQuery.next()?.name == "connected")
        let vic = try await client.register("vic", role: "viewer", by: staffed.administrator)
        let unauthorized: JSON = ["status": 401, "message": "Unauthorized"]
        let forbidden: JSON = ["status": 403, "message": "Forbidden"]
        #expect(try await staffed.rejection(staffed.path, as: nil) == unauthorized)
        #expect(try await staffed.rejection(staffed.path, as: "garbage") == unauthorized)
        #expect(try await staffed.rejection(staffed.path, as: staffed.ann + "x") == unauthorized)
        #expect(try await staffed.rejection(staffed.path, as: vic) == forbidden)
        #expect(try await staffed.rejection(staffed.path, as: staffed.administrator) == forbidden)

        let asked = try await client.call(
            .POST, "\(ServerClient.api)/test/enqueue", ["decision_id": "d1"], as: staffed.administrator)
        #expect(asked.status == 200)
        #expect(try await inHeader.events { $0["decision_id"] == "d1" }.count == 1)
        #expect(try await inQuery.events { $0["decision_id"] == "d1" }.count == 1)
    }

    @Test("a user who is deactivated watches no longer, at once", .timeLimit(.minutes(1)))
    func deactivation() async throws {
        let staffed = try await Staffed()
        var stream = try await staffed.stream(as: staffed.ann)
        #expect(try await stream.next()?.name == "connected")
        let change = try await staffed.server.client.call(
            .PATCH, "/api/auth/users/ann", ["is_active": false], as: staffed.administrator)
        #expect(change.status == 200)
        let start = ContinuousClock.now
        while try await stream.next() != nil {}
        // The promise is a second; a busy machine may be late.
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(
            try await staffed.rejection(staffed.path, as: staffed.ann) == ["status": 400, "message": "Bad Request"])
        // It is written down when there is time for it.
        var closed: [JSON] = []
        try await wait {
            let audit = try await staffed.server.client.call(
                .GET, "/api/audit?event=STREAM_CLOSED", as: staffed.administrator)
            closed = audit.json.arrayValue ?? []
            return !closed.isEmpty
        }
        #expect(closed.map { $0["details"]?["reason"] } == ["server_closed"])
    }

    @Test("no token and no secret stands in a log line of either", .timeLimit(.minutes(1)))
    func logLines() async throws {
        let staffed = try await Staffed()
        var stream = try await staffed.gateway.client.stream("\(staffed.path)&token=\(staffed.ann)&a=b")
        #expect(try await stream.next()?.name == "connected")
        #expect(
            try await staffed.rejection("\(staffed.path)&access_token=hush-other&TOKEN=hush-upper", as: nil) != .null)
        staffed.gateway.process.send(SIGTERM)
        await staffed.server.terminate()
        let reports = [await staffed.gateway.process.report, await staffed.server.process.report]
        let lines = reports.map { $0.output + $0.errors }.joined()
        #expect(lines.contains("session_id=***&token=***&a=b"))
        for secret in ["hush", staffed.ann, staffed.path] { #expect(!lines.contains(secret), "\(secret)") }
    }

    @Test("a server that wants tokens does not start with gateways that prove nothing", .timeLimit(.minutes(1)))
    func withoutSecret() async throws {
        let report = try await VerdictProcess.run([
            "serve", "--auth", "required", "--gateways", "http://127.0.0.1:3000", "--port", "0",
        ])
        #expect(report.exit != .success)
        #expect(report.errors.contains("set VERDICT_GATEWAY_SECRET"), "\(report.errors)")
    }

    @Test("a gateway that wants another secret is named in the server's log", .timeLimit(.minutes(1)))
    func otherSecret() async throws {
        let port = try GatewayProcess.freePort()
        let gateway = try await GatewayProcess(
            callbackURL: nil, environment: ["SSE_SEND_SECRET": "another"], port: port)
        let server = try await ServerProcess(
            ["--gateways", "http://127.0.0.1:\(port)"], environment: ["VERDICT_GATEWAY_SECRET": Self.secret])
        #expect(
            await server.process.errors.wait(for: "SSE_SEND_SECRET of the gateway has to be VERDICT_GATEWAY_SECRET"))
        withExtendedLifetime(gateway) {}
    }
}
