import Synchronization
import Testing

@Suite("The failure that was reported: nothing of connection_open arrived (sse-gateway 17)")
struct GatewayReportTests {
    private static let classic = ["--profile", "classic"]
    private static let opened = "event: connection_open\ndata: {\"status\": \"connected\"}\n\n"

    @Test(
        "the event of the callback's answer is the first thing on the stream, on any path",
        .timeLimit(.minutes(1)), arguments: ["/api/sse/tasks?task_id=X", "/api/sse/utils/version?request_id=Y"])
    func connectionOpen(path: String) async throws {
        let answered = Mutex(ContinuousClock.now)
        let pair = try await GatewayPair(Self.classic) { call, _ in
            answered.withLock { $0 = .now }
            return .connectionOpen
        }
        let stream = try pair.start(path)
        await stream.receive(until: "connected")
        // Nothing had come within 10 s, it was said. How fast it is, Tools/gateway-bench says.
        #expect(ContinuousClock.now - answered.withLock { $0 } < .seconds(10))
        #expect(stream.status == 200)
        #expect(stream.header("Content-Type") == "text/event-stream")
        #expect(stream.body == GatewayStream.chunk(Self.opened))
    }

    @Test("what is sent while the callback runs comes behind it, in order", .timeLimit(.minutes(1)))
    func sendsInsideTheCallback() async throws {
        let answers = Mutex<[ServerClient.Answer]>([])
        let pair = try await GatewayPair(Self.classic) { call, sender in
            guard call.action == "connect" else { return .empty }
            for number in 1...3 {
                let answer = try await sender.gateway.send(call.token, "task_event", "\(number)")
                answers.withLock { $0.append(answer) }
            }
            return .connectionOpen
        }
        let (stream, _) = try await pair.open(until: "data: 3")
        #expect(answers.withLock { $0.map(\.isBuffered) } == [true, true, true])
        let expected = [Self.opened] + (1...3).map { "event: task_event\ndata: \($0)\n\n" }
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
    }

    @Test(
        "close false, absent or null is the same", .timeLimit(.minutes(1)),
        arguments: ["", #","close":false"#, #","close":null"#])
    func notClosed(member: String) async throws {
        let event = #""event":{"name":"connection_open","data":"{\"status\": \"connected\"}"}"#
        let pair = try await GatewayPair(Self.classic) { _, _ in .json("{\(event)\(member)}") }
        let (stream, token) = try await pair.open(until: "connected")
        #expect(stream.body == GatewayStream.chunk(Self.opened))
        #expect(try await pair.gateway.knows(token))
    }

    @Test(
        "an answer that says nothing opens a silent stream with heartbeats", .timeLimit(.minutes(1)),
        arguments: ["", " \r\n\t", "{}", #"{"status":"ok"}"#, #"{"event":"#, "[]", #""text""#])
    func silentAnswer(body: String) async throws {
        let pair = try await GatewayPair(Self.classic, environment: ["HEARTBEAT_INTERVAL_SECONDS": "1"]) { _, _ in
            .json(body)
        }
        let (stream, token) = try await pair.open(until: "heartbeat")
        #expect(stream.body == GatewayStream.chunk(": heartbeat\n\n"))
        #expect(try await pair.gateway.knows(token))
    }

    @Test("connection_close comes before a clean end", .timeLimit(.minutes(1)))
    func connectionClose() async throws {
        let pair = try await GatewayPair(Self.classic) { _, _ in .connectionOpen }
        let (stream, token) = try await pair.open(until: "connected")
        let reason = #"{"reason":"task_completed"}"#
        #expect(try await pair.gateway.send(token, "connection_close", reason, close: true).isDone)
        let closing = GatewayStream.chunk("event: connection_close\ndata: \(reason)\n\n")
        #expect(await stream.end().hasSuffix(closing + GatewayStream.terminator))
    }

    @Test("the current profile leaves the event out and begins with ready", .timeLimit(.minutes(1)))
    func currentProfile() async throws {
        let pair = try await GatewayPair { _, _ in .connectionOpen }
        let (stream, token) = try await pair.open(until: "ready")
        #expect(try await pair.gateway.send(token, nil, "after").isDone)
        await stream.receive(until: "after")
        let expected = ["event: ready\ndata:\n\n", "data: after\n\n"]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
    }
}
