import EventLog
import NIOHTTP1
import Testing

@Suite("Deadlines, from the request to the stream")
struct SLATests {
    private static let clockTypes = ["decision.sla_warned.v1", "decision.timed_out.v1", "decision.escalated.v1"]

    @Test("a warning, a violation and an escalation arrive on the stream, in this order", .timeLimit(.minutes(1)))
    func overTheStream() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        var stream = try await server.client.stream(Self.path(session))
        #expect(try await stream.next()?.name == "connected")
        #expect(try await server.client.enqueue("hasty", ["sla_seconds": 0.4, "risk_level": "high"]).status == 200)

        let events = try await stream.events { $0.name == "system_message" && $0["decision_id"] == "hasty" }
        #expect(events.map(\.name) == ["decision_pending", "sla_warning", "sla_violation", "system_message"])
        #expect(events.allSatisfy { $0["decision_id"] == "hasty" })
        #expect(events.last?["escalated_to"]?.stringValue?.isEmpty == false)
        let shown = try await server.client.get("\(ServerClient.api)/decision/hasty/status")
        #expect(shown["status"] == "escalated")
        #expect(try Self.types(of: "hasty", in: server) == ["decision.submitted.v1"] + Self.clockTypes)
        // An escalation by the clock is no resolution: people still decide.
        #expect(try await server.client.act(.approve, on: "hasty", in: session).status == 200)
    }

    @Test("without escalation the decision stays timed out", .timeLimit(.minutes(1)))
    func withoutEscalation() async throws {
        let server = try await ServerProcess(["--no-auto-escalate"])
        let session = try await server.client.openSession("alice@host")
        var stream = try await server.client.stream(Self.path(session))
        #expect(try await server.client.enqueue("hasty", ["sla_seconds": 0.1]).status == 200)
        _ = try await stream.events { $0.name == "sla_violation" }
        #expect(try await server.client.get("\(ServerClient.api)/decision/hasty/status")["status"] == "timeout")
    }

    @Test("a deadline that passes while the server is dead is noticed once after the restart", .timeLimit(.minutes(1)))
    func whileDead() async throws {
        var server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        // Long enough that the server is dead before the warning is due, on a busy machine too.
        #expect(try await server.client.enqueue("missed", ["sla_seconds": 8]).status == 200)
        await server.kill()
        let events = try server.log.events()
        #expect(events.map(\.type) == ["session.opened.v1", "decision.submitted.v1"])
        let deadline = try #require(
            events.last?.data["sla_deadline"]?.stringValue.flatMap { Timestamp(rfc3339: $0) })
        let time = SystemTime()
        while time.now() <= deadline { try await time.wait(until: deadline) }

        for round in 1...3 {
            server = try await server.startAgain()
            var stream = try await server.client.stream(Self.path(session), headers: ["last-event-id": "seen_2"])
            _ = try await stream.events { $0.name == "system_message" && $0["decision_id"] == "missed" }
            // The clock has gone round once more when it has noticed this one.
            let witness = "witness\(round)"
            #expect(try await server.client.enqueue(witness, ["sla_seconds": 0.01]).status == 200)
            _ = try await stream.events { $0.name == "system_message" && $0["decision_id"]?.stringValue == witness }
            await server.kill()
        }
        #expect(try Self.types(of: "missed", in: server) == ["decision.submitted.v1"] + Self.clockTypes)
    }

    private static func path(_ session: String) -> String {
        "\(ServerClient.api)/stream/alice@host?session_id=\(session)"
    }

    private static func types(of decisionID: String, in server: ServerProcess) throws -> [String] {
        try server.log.events().filter { $0.decisionID == decisionID }.map(\.type)
    }
}
