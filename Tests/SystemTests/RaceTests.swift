import EventLog
import Testing

@Suite("Many clients at once")
struct RaceTests {
    private static let clients = 64

    @Test(
        "64 clients race on the same decisions: one outcome each, and the counters equal the log",
        .timeLimit(.minutes(1)))
    func oneOutcome() async throws {
        let server = try await ServerProcess()
        let decisions = (1...10).map { "contested\($0)" }
        var sessions: [String] = []
        for index in 0..<8 { sessions.append(try await server.client.openSession("operator\(index)")) }
        for id in decisions { #expect(try await server.client.enqueue(id).status == 200) }

        let answers = try await Self.race(on: decisions, in: sessions, server.client)
        for id in decisions {
            let won = answers.filter { $0.decisionID == id && $0.isFinal && $0.status == 200 }
            #expect(won.count == 1, "\(id)")
        }
        let lost = answers.filter { $0.status != 200 }
        #expect(lost.allSatisfy { [404, 409].contains($0.status) }, "\(Set(lost.map(\.status)))")

        let events = try server.log.events()
        let fold = LogFold(events)
        #expect(fold.doubled.isEmpty)
        #expect(fold.waiting.isEmpty)
        let escalations = events.count { $0.type == "decision.escalated.v1" }
        #expect(escalations == answers.count { $0.status == 200 && !$0.isFinal })
        #expect(try await server.client.differences(from: fold) == [])
        for id in decisions {
            let shown = try await server.client.get("\(ServerClient.api)/decision/\(id)")
            #expect(shown["resolution"]?["status"]?.stringValue == fold.statuses[id])
        }
    }

    private struct RaceAnswer: Sendable {
        let decisionID: String
        let isFinal: Bool
        let status: Int
    }

    /// Everybody acts on every decision.
    private static func race(
        on decisions: [String], in sessions: [String], _ client: ServerClient
    ) async throws -> [RaceAnswer] {
        try await withThrowingTaskGroup(of: [RaceAnswer].self) { group in
            for index in 0..<clients {
                group.addTask {
                    let action = ServerClient.Action.allCases[index % 3]
                    var answers: [RaceAnswer] = []
                    for id in decisions {
                        let answer = try await client.act(action, on: id, in: sessions[index % sessions.count])
                        answers.append(
                            RaceAnswer(decisionID: id, isFinal: action != .escalate, status: answer.status))
                    }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test("64 clients send one command with one idempotency key: it happens once", .timeLimit(.minutes(1)))
    func oneCommand() async throws {
        let server = try await ServerProcess()
        let answers = try await withThrowingTaskGroup(of: ServerClient.Answer.self) { group in
            for _ in 0..<Self.clients {
                group.addTask { try await server.client.enqueue("only", key: "one-key") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == Self.clients)
        #expect(Set(answers.map(\.status)) == [200])
        #expect(Set(answers.map(\.bytes)).count == 1)
        #expect(try server.log.events().count == 1)
    }
}
