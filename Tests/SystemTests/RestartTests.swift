import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("A server that starts, stops and starts again")
struct RestartTests {
    @Test("a fresh server answers with health, and its first line names port and directory", .timeLimit(.minutes(1)))
    func firstAnswer() async throws {
        let server = try await ServerProcess()
        let health = try await server.client.get("/health")
        #expect(health.status == 200)
        #expect(health["status"] == "healthy")
        #expect(server.process.output.lines.count == 1)
    }

    @Test(
        "every GET answers the same bytes after SIGTERM, after kill -9, and after the views are deleted",
        .timeLimit(.minutes(1)))
    func sameAnswers() async throws {
        var server = try await ServerProcess()
        let history = try await History(made: server.client)
        let (log, before) = (try server.log.events(), try await history.answers(of: server.client))
        #expect(before.count > 40)

        let stop = await server.terminate()
        #expect(stop.exit == .success)
        server = try await server.startAgain()
        #expect(try await history.answers(of: server.client) == before, "after SIGTERM")

        await server.kill()
        server = try await server.startAgain()
        #expect(try await history.answers(of: server.client) == before, "after kill -9")

        await server.terminate()
        try Self.removeViews(in: server.dataPath)
        server = try await server.startAgain()
        #expect(try await history.answers(of: server.client) == before, "after views.db was deleted")

        await server.kill()
        try Self.removeViews(in: server.dataPath)
        server = try await server.startAgain()
        #expect(try await history.answers(of: server.client) == before, "after kill -9 and without views.db")
        #expect(try server.log.events() == log)
        #expect(try server.log.isSound())
    }

    @Test("a session and an idempotency key outlive a restart", .timeLimit(.minutes(1)))
    func sessionsAndKeys() async throws {
        var server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        #expect(try await server.client.enqueue("d1").status == 200)
        let first = try await server.client.act(.approve, on: "d1", in: session, key: "k1")
        await server.kill()
        server = try await server.startAgain()
        let again = try await server.client.act(.approve, on: "d1", in: session, key: "k1")
        #expect(again.status == 200)
        #expect(again.bytes == first.bytes)
        #expect(try await server.client.act(.reject, on: "d1", in: session, key: "k1").status == 422)
        #expect(try await server.client.act(.reject, on: "d1", in: session, key: "k2").status == 409)
    }

    @Test("a text is shown as it was sent, NULs and all, also after a restart", .timeLimit(.minutes(1)))
    func wholeTexts() async throws {
        var server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        let text = JSON.string("before\0after 🐟 e\u{301}")
        let api = ServerClient.api
        let fields: [String: JSON] = ["ai_reasoning": text, "threat_type": text, "target": text]
        #expect(try await server.client.enqueue("odd", fields).status == 200)
        let body: JSON = ["session_id": .string(session), "escalation_reason": text, "escalation_target": text]
        #expect(try await server.client.post("\(api)/decision/odd/escalate", body).status == 200)
        for restart in 0...1 {
            let decision = try await server.client.get("\(api)/decisions/odd")
            #expect(decision["context"]?["ai_reasoning"] == text, "restart \(restart)")
            #expect(decision["context"]?["threat_type"] == text)
            #expect(decision["target"] == text)
            let escalation = try await server.client.get("\(api)/escalations?decision_id=odd")
            #expect(escalation["escalations"]?.arrayValue?.first?["reason"] == text)
            #expect(escalation["escalations"]?.arrayValue?.first?["requested_target"] == text)
            await server.kill()
            server = try await server.startAgain()
        }
    }

    private static func removeViews(in dataPath: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: dataPath).filter { $0.hasPrefix("views.db") }
        #expect(!names.isEmpty)
        for name in names { try FileManager.default.removeItem(atPath: dataPath + "/" + name) }
    }
}
