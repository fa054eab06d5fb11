import EventLog
import NIOHTTP1
import Testing

@Suite("A disk that is full", .enabled(if: SmallDisk.isPermitted, "mounting a small disk is not permitted here"))
struct DiskFullTests {
    private static let pad = JSON.string(String(repeating: "x", count: 20_000))

    @Test(
        "commands get 503 and reads go on; with room again the server recovers, and nothing acknowledged is lost",
        .timeLimit(.minutes(1)))
    func fullAndFree() async throws {
        let disk = try SmallDisk(sizeMegabytes: 8)
        let server = try await ServerProcess(dataPath: disk.path + "/data")
        let session = try await server.client.openSession("alice@host")
        var kept: [String] = []
        for number in 1...20 {
            let id = "before\(number)"
            #expect(try await server.client.enqueue(id, ["pad": Self.pad]).status == 200)
            kept.append(id)
        }

        disk.fill()
        var refused: [String] = []
        // What the files have in reserve is used up first.
        for number in 1...400 where refused.count < 3 {
            let id = "during\(number)"
            let answer = try await server.client.enqueue(id, ["pad": Self.pad])
            if answer.status == 200 {
                kept.append(id)
            } else {
                refused.append(id)
                Self.expectUnavailable(answer)
            }
        }
        #expect(refused.count == 3)
        #expect(try await server.client.get("/health").status == 503)
        #expect(try await server.client.get("/health/live").status == 200)
        #expect(try await server.client.get("\(ServerClient.api)/decision/before1")["status"] == "pending")
        #expect(try await server.client.get("\(ServerClient.api)/pending")["decisions"]?.arrayValue?.isEmpty == false)
        #expect(try await server.client.get("/metrics").status == 200)

        disk.free()
        try await wait { try await server.client.enqueue("after", ["pad": Self.pad]).status == 200 }
        kept.append("after")
        #expect(try await server.client.act(.approve, on: "before1", in: session).status == 200)
        // The evidence signs again within a second.
        try await wait { try await server.client.get("/health").status == 200 }
        try await Self.expectKept(kept, without: refused, by: server)

        await server.kill()
        try await Self.expectKept(kept, without: refused, by: try await server.startAgain())
    }

    @Test("without any command, health notices by itself that there is room again", .timeLimit(.minutes(1)))
    func healthRecovers() async throws {
        let disk = try SmallDisk(sizeMegabytes: 8)
        let server = try await ServerProcess(dataPath: disk.path + "/data")
        disk.fill()
        var number = 0
        repeat { number += 1 } while try await server.client.enqueue("d\(number)", ["pad": Self.pad]).status == 200
        #expect(try await server.client.get("/health").status == 503)
        disk.free()
        try await wait { try await server.client.get("/health").status == 200 }
    }

    private static func expectUnavailable(_ answer: ServerClient.Answer) {
        #expect(answer.status == 503, "\(answer.text)")
        #expect(answer.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0 > 0)
        #expect(answer["detail"]?.stringValue?.contains("nothing was changed") == true, "\(answer.text)")
    }

    private static func expectKept(_ kept: [String], without refused: [String], by server: ServerProcess) async throws {
        let events = try server.log.events()
        #expect(events.filter { $0.type == "decision.submitted.v1" }.map(\.decisionID) == kept)
        #expect(try server.log.isSound())
        for id in kept { #expect(try await server.client.get("\(ServerClient.api)/decision/\(id)").status == 200) }
        for id in refused { #expect(try await server.client.get("\(ServerClient.api)/decision/\(id)").status == 404) }
        #expect(try await server.client.differences(from: LogFold(events)) == [])
    }
}
