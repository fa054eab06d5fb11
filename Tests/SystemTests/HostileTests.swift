import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("Callers who do not keep to the rules") struct HostileTests {
    private static let enqueue = "POST /api/v1/governance/test/enqueue HTTP/1.1\r\nhost: x\r\n"

    @Test(
        "a body that is no HTTP or breaks off is the caller's fault, and leaves nothing",
        .timeLimit(.minutes(1)),
        arguments: [
            "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "transfer-encoding: chunked\r\n\r\n-1\r\n{}\r\n",
            "transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", "content-length: 42\r\n\r\n{\"decision_id\"",
        ])
    func brokenBody(rest: String) async throws {
        let server = try await ServerProcess()
        let connection = try RawConnection(port: server.port)
        try connection.send(Self.enqueue + rest)
        connection.endSending()
        let answer = await connection.receive()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        #expect(try server.log.events().isEmpty)
        #expect(try await server.client.get("/health")["status"] == "healthy")
    }

    @Test("an answer to HEAD has no body, whatever it says", .timeLimit(.minutes(1)))
    func head() async throws {
        let server = try await ServerProcess()
        for path in ["/nope", "/api/v1/governance/test/enqueue", "/health", "/api/v1/governance/decision/nope"] {
            let connection = try RawConnection(port: server.port)
            try connection.send("HEAD \(path) HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            let answers = await connection.receive(until: #""components""#)
            let first = answers.components(separatedBy: "\r\n\r\n")
            #expect(first.count >= 3 && first[1].hasPrefix("HTTP/1.1 200 OK"), "\(path): \(answers)")
        }
    }

    // MARK: Who holds a connection

    @Test(
        "a request that comes byte by byte is dropped, also in its body", .timeLimit(.minutes(1)),
        arguments: [
            "GET /health HTTP/1.1\r\nx: ", HostileTests.enqueue + "content-length: 100000\r\n\r\n",
            HostileTests.enqueue + "transfer-encoding: chunked\r\n\r\nffff\r\n",
        ])
    func slow(beginning: String) async throws {
        let server = try await ServerProcess(["--idle-seconds", "1"])
        let connection = try RawConnection(port: server.port)
        try connection.send(beginning)
        let dripping = Task {
            while await !connection.isCut(within: 50) { try connection.send(" ") }
        }
        // Only the other side can end this: there is no deadline of ours in the way.
        while !(await connection.receiveSome()).isEmpty {}
        _ = await dripping.result
        #expect(try server.log.events().isEmpty)
    }

    @Test("a body that takes long and comes at a fair rate is read to its end", .timeLimit(.minutes(1)))
    func longBody() async throws {
        let server = try await ServerProcess(["--idle-seconds", "2", "--body-limit", "10000000"])
        let connection = try RawConnection(port: server.port)
        // Each piece earns 8 s.
        let piece = String(repeating: " ", count: 128 << 10)
        try connection.send(Self.enqueue + "content-length: \(30 * piece.utf8.count)\r\n\r\n")
        for _ in 1...30 {
            try connection.send(piece)
            #expect(await !connection.isCut(within: 100))
        }
        #expect(await connection.receive(until: "}").hasPrefix("HTTP/1.1 422 "))
    }

    @Test("whoever goes on behind the last request, and does not hang up, is dropped", .timeLimit(.minutes(1)))
    func neverLeaving() async throws {
        let server = try await ServerProcess(["--idle-seconds", "1"])
        let connection = try RawConnection(port: server.port)
        let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n"
        try connection.send(request + "connection: close\r\n\r\n" + request + "\r\n")
        _ = await connection.receive()
        await waitUntilReset(connection)
    }

    @Test("who asks hundreds of times before the first answer is dropped", .timeLimit(.minutes(1)))
    func inAdvance() async throws {
        let server = try await ServerProcess()
        let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        let modest = try RawConnection(port: server.port)
        try modest.send(String(repeating: request, count: 100))
        modest.endSending()
        #expect(await modest.receive().components(separatedBy: "HTTP/1.1 200 OK").count == 101)
        let greedy = try RawConnection(port: server.port)
        // It may be cut before it has sent everything.
        try? greedy.send(String(repeating: request, count: 5000))
        #expect(await greedy.receive().components(separatedBy: "HTTP/1.1 200 OK").count < 5001)
    }

    @Test("who does not read the answers is dropped", .timeLimit(.minutes(1)))
    func unread() async throws {
        let server = try await ServerProcess(["--idle-seconds", "1"])
        let connection = try RawConnection(port: server.port, receiveSizeBytes: 4096)
        for _ in 1...100 { try connection.send("GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n") }
        await waitUntilReset(connection)
    }

    @Test("further connections wait until one ends", .timeLimit(.minutes(1)))
    func tooMany() async throws {
        let server = try await ServerProcess(["--connections", "2", "--idle-seconds", "60"])
        let request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        let first = try RawConnection(port: server.port)
        let second = try RawConnection(port: server.port)
        for connection in [first, second] {
            try connection.send(request)
            #expect(await connection.receive(until: "}").hasPrefix("HTTP/1.1 200 "))
        }
        let third = try RawConnection(port: server.port)
        try third.send(request)
        #expect(try third.isReadByServer == false)
        try first.send(request)
        #expect(await first.receive(until: "}").hasPrefix("HTTP/1.1 200 "))
        first.leave()
        #expect(await third.receive(until: "}").hasPrefix("HTTP/1.1 200 "))
    }

    @Test("a body is asked for where the caller waits for that, unless it is too long", .timeLimit(.minutes(1)))
    func continuing() async throws {
        let server = try await ServerProcess()
        let connection = try RawConnection(port: server.port)
        let head = Self.enqueue + "expect: 100-continue\r\ncontent-length: "
        try connection.send(head + "2\r\n\r\n")
        #expect(await connection.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try connection.send("[]")
        #expect(await connection.receive(until: "}").hasPrefix("HTTP/1.1 422 "))
        try connection.send(head + "2000000\r\n\r\n")
        #expect(await connection.receive(until: "}").hasPrefix("HTTP/1.1 413 "))
    }

    @Test("a WebSocket whose client sends nothing more from the beginning does not open", .timeLimit(.minutes(1)))
    func halfClosedSocket() async throws {
        let server = try await ServerProcess(["--open-websocket"])
        let connection = try RawConnection(port: server.port)
        try connection.send(
            """
            GET /ws/alice HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
            sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n
            """)
        connection.endSending()
        let begin = ContinuousClock.now
        let answer = await connection.receive()
        // Either it was seen in time, or the open socket was cut: its own limit is 75 s.
        #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 101 "), "\(answer)")
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    /// Until what we send is answered with a reset. The time limit of the test is the deadline.
    private func waitUntilReset(_ connection: RawConnection) async {
        while (try? connection.send("\r\n")) != nil, await !connection.isCut(within: 50) {}
    }
}
