import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("A server that is asked to stop")
struct ShutdownTests {
    private static let durationMax = Duration.seconds(5)
    /// The empty chunk: whoever sees it knows that nothing is missing.
    private static let terminator = "0\r\n\r\n"

    @Test("SIGTERM ends 100 open streams properly and exits 0 within 5 seconds", .timeLimit(.minutes(1)))
    func streams() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        #expect(try await server.client.enqueue("waiting").status == 200)
        var streams: [RawConnection] = []
        for _ in 0..<100 {
            let stream = try RawConnection(port: server.port)
            try stream.get("\(ServerClient.api)/stream/alice@host?session_id=\(session)")
            streams.append(stream)
        }
        for stream in streams { #expect(await stream.receive(until: "event: decision_pending").contains("connected")) }

        let stop = await server.terminate()
        #expect(stop.exit == .success)
        #expect(stop.duration < Self.durationMax)
        var ends: [Bool] = []
        for stream in streams { ends.append(await stream.receive().hasSuffix(Self.terminator)) }
        #expect(ends.count { $0 } == 100)
    }

    @Test("a terminal that goes away ends a server as well as SIGTERM does", .timeLimit(.minutes(1)))
    func hangUp() async throws {
        let server = try await ServerProcess()
        server.process.send(SIGHUP)
        #expect(await server.process.exit == .success)
        #expect(await server.process.errors.all.contains("stopped"))
    }

    @Test("a client that reads nothing holds nobody up", .timeLimit(.minutes(1)))
    func deafClient() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        let path = "\(ServerClient.api)/stream/alice@host?session_id=\(session)"
        let long = JSON.string(String(repeating: "x", count: 60_000))
        for number in 1...200 { #expect(try await server.client.enqueue("long\(number)", ["pad": long]).status == 200) }
        let deaf = try RawConnection(port: server.port, receiveSizeBytes: 4096)
        try deaf.get(path)
        let other = try RawConnection(port: server.port)
        try other.get(path, headers: ["last-event-id: seen_201"])
        #expect(await other.receive(until: "connected").contains("event-stream"))
        try await wait { try await server.client.get("\(ServerClient.api)/health")["active_connections"] == 2 }

        let stop = await server.terminate()
        #expect(stop.exit == .success)
        #expect(stop.duration < Self.durationMax)
        #expect(await other.receive().hasSuffix(Self.terminator))
        withExtendedLifetime(deaf) {}
    }

    @Test("a command whose body is still on its way is answered", .timeLimit(.minutes(1)))
    func halfSentCommand() async throws {
        let server = try await ServerProcess()
        let session = try await server.client.openSession("alice@host")
        let stream = try RawConnection(port: server.port)
        try stream.get("\(ServerClient.api)/stream/alice@host?session_id=\(session)")
        #expect(await stream.receive(until: "connected").contains("connected"))

        let (half, rest) = (#"{"decision_id":"#, #""late"}"#)
        let command = try RawConnection(port: server.port)
        let head = [
            "POST \(ServerClient.api)/test/enqueue HTTP/1.1", "host: localhost", "content-type: application/json",
            "content-length: \(half.utf8.count + rest.utf8.count)", "", half,
        ]
        try command.send(head.joined(separator: "\r\n"))
        try await wait { try command.isReadByServer }
        // What was read is handled by the time that a later request is answered.
        #expect(try await server.client.get("/health").status == 200)

        server.process.send(SIGTERM)
        #expect(await stream.receive().hasSuffix(Self.terminator))
        try command.send(rest)
        let answer = await command.receive()
        #expect(answer.contains("200 OK"))
        #expect(answer.contains(#""decision_id":"late""#))
        #expect(await server.process.exit == .success)
        #expect(try server.log.events().map(\.decisionID).contains("late"))
    }

    @Test(
        "what is in the log when the server has stopped was answered, and the other way round",
        .timeLimit(.minutes(1)))
    func everythingAnswered() async throws {
        let server = try await ServerProcess()
        let acknowledged = Milestone(at: 200)
        let stop = await withTaskGroup(of: ServerProcess.Stop?.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for number in 0... {
                        let id = "c\(client)-\(number)"
                        guard let answer = try? await server.client.enqueue(id) else { break }
                        guard answer.status == 200 else {
                            #expect(answer.status == 503)
                            break
                        }
                        acknowledged.add(id)
                    }
                    return nil
                }
            }
            group.addTask {
                await acknowledged.wait()
                return await server.terminate()
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        #expect(stop?.exit == .success)
        #expect(Set(try server.log.events().map(\.decisionID)) == Set(acknowledged.all))
    }
}
