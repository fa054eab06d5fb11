import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("A server that is killed under load")
struct CrashTests {
    private static let kills = 20
    private static let clients = 8

    /// A failure names its seed; `VERDICT_TEST_SEED` brings it back, as far as the machine's timing allows.
    private static let seed =
        ProcessInfo.processInfo.environment["VERDICT_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999)

    @Test(
        "20 times kill -9: every acknowledged command is there once, and the views equal the log",
        .timeLimit(.minutes(2)), arguments: [seed])
    func killed(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var clients = (0..<Self.clients).map { CrashClient("client\($0)", seed: seed &+ UInt64($0)) }
        var server = try await ServerProcess()
        for kill in 1...Self.kills {
            let moment = Int.random(in: 1...240, using: &random)
            clients = await Self.load(clients, on: server, killAt: moment)
            try Self.expectKept(clients, in: server.log.events(), "after kill \(kill), seed \(seed)")
            server = try await server.startAgain()
            let differences = try await server.client.differences(from: LogFold(server.log.events()))
            #expect(differences.isEmpty, "after kill \(kill), seed \(seed)")
        }
        for index in clients.indices { await clients[index].finish(against: server.client) }
        let events = try server.log.events()
        try Self.expectKept(clients, in: events, "at the end, seed \(seed)")
        #expect(Set(clients.flatMap(\.acknowledged).map(\.key)).count == events.count, "nothing else, seed \(seed)")
        #expect(try server.log.isSound())
        try await Self.expectShown(LogFold(events), by: server.client)
    }

    /// Lets all clients work at once, and kills the server at a moment: each command that is sent and each answer that
    /// comes is one, so that kills fall before, within and after commits.
    private static func load(
        _ clients: [CrashClient], on server: ServerProcess, killAt moment: Int
    ) async -> [CrashClient] {
        let milestone = Milestone(at: moment)
        return await withTaskGroup(of: (Int, CrashClient)?.self) { group in
            for (index, client) in clients.enumerated() {
                group.addTask {
                    var client = client
                    await client.run(against: server.client) { milestone.add($0.key) }
                    return (index, client)
                }
            }
            group.addTask {
                await milestone.wait()
                await server.kill()
                return nil
            }
            var worked = clients
            for await case (let index, let client)? in group { worked[index] = client }
            return worked
        }
    }

    private static func expectKept(
        _ clients: [CrashClient], in events: [LogFile.Event], _ comment: Comment
    ) throws {
        let byKey = Dictionary(grouping: events) { $0.idempotencyKey ?? "none" }
        let lost = clients.flatMap(\.acknowledged).filter { command in
            guard let found = byKey[command.key], found.count == 1 else { return true }
            return found[0].type != command.eventType || found[0].decisionID != command.decisionID
        }
        #expect(lost.isEmpty, comment)
        #expect(clients.flatMap(\.complaints).isEmpty, comment)
        #expect(byKey.values.allSatisfy { $0.count == 1 }, comment)
        #expect(LogFold(events).doubled.isEmpty, comment)
    }

    private static func expectShown(_ fold: LogFold, by client: ServerClient) async throws {
        for (id, status) in fold.statuses {
            let shown = try await client.get("\(ServerClient.api)/decision/\(id)/status")
            #expect(shown["status"]?.stringValue == status, "\(id)")
        }
    }
}
