import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("Streams at a gateway from their opening to their end (sse-gateway 8, 9 and 14)")
struct GatewayLifeTests {
    private static let everySecond = ["HEARTBEAT_INTERVAL_SECONDS": "1"]

    @Test("heartbeats come every interval, the first one an interval after the opening", .timeLimit(.minutes(1)))
    func heartbeats() async throws {
        let pair = try await GatewayPair(environment: Self.everySecond)
        let start = ContinuousClock.now
        let (stream, token) = try await pair.open(until: "heartbeat")
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(try await pair.gateway.send(token, nil, "between").isDone)
        await stream.receive(until: "between\n\n\r\nd\r\n: heartbeat\n\n")
        let expected = ["event: ready\ndata:\n\n", ": heartbeat\n\n", "data: between\n\n", ": heartbeat\n\n"]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
        #expect(pair.backend.calls.count == 1)
    }

    @Test("a client that goes is reported with its request, at once, and its token is gone", .timeLimit(.minutes(1)))
    func clientLeaves() async throws {
        let pair = try await GatewayPair()
        let stream = try pair.start("/leaves?a=%20")
        await stream.receive(until: "ready")
        let call = try await pair.backend.connect("/leaves?a=%20")
        stream.connection.leave()
        let left = ContinuousClock.now
        let calls = try await pair.backend.disconnects(of: call.token)
        // Without waiting for the next write, which would be a heartbeat after 15 s.
        #expect(ContinuousClock.now - left < .seconds(10))
        #expect(calls.map(\.reason) == ["client_closed"])
        #expect(calls.first?.json["request"] == call.json["request"])
        #expect(!(try await pair.gateway.knows(call.token)))
    }

    @Test("a client that goes is forgotten although the backend is down", .timeLimit(.minutes(1)))
    func clientLeavesAlone() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(until: "ready")
        try await pair.backend.stop()
        stream.connection.reset()
        try await wait { !(try await pair.gateway.knows(token)) }
    }

    @Test("a close of a stream whose backend is down is done", .timeLimit(.minutes(1)))
    func closeAlone() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(until: "ready")
        try await pair.backend.stop()
        #expect(try await pair.gateway.close(token).isDone)
        #expect(await stream.end().hasSuffix(GatewayStream.terminator))
    }

    @Test("ten streams get what is theirs; closing some leaves the others", .timeLimit(.minutes(1)))
    func tenStreams() async throws {
        let pair = try await GatewayPair(environment: Self.everySecond)
        var streams: [(GatewayStream, String)] = []
        for number in 0..<10 { streams.append(try await pair.open("/\(number)", until: "ready")) }
        for (number, (_, token)) in streams.enumerated() {
            #expect(try await pair.gateway.send(token, nil, "for \(number)").isDone)
        }
        for (number, (stream, _)) in streams.enumerated() {
            await stream.receive(until: "for \(number)\n\n")
            #expect(!stream.text.contains("for \((number + 1) % 10)\n"))
        }
        for (stream, token) in streams.prefix(5) {
            #expect(try await pair.gateway.close(token).isDone)
            #expect(await stream.end().hasSuffix(GatewayStream.terminator))
        }
        for (stream, token) in streams.suffix(5) {
            await stream.receive(until: "heartbeat")
            #expect(try await pair.gateway.send(token, nil, "after").isDone)
            #expect(await stream.receive(until: "after").contains("after"))
        }
    }

    @Test("fifty streams at once open, and leave nothing behind", .timeLimit(.minutes(1)))
    func fiftyStreams() async throws {
        let pair = try await GatewayPair(environment: Self.everySecond)
        var streams: [GatewayStream] = []
        for number in 0..<50 { streams.append(try pair.start("/\(number)")) }
        for stream in streams { #expect(await stream.receive(until: "heartbeat").contains("ready")) }
        for stream in streams { stream.connection.leave() }
        #expect(await pair.backend.disconnects(50).count == 50)
        for call in pair.backend.connects { #expect(!(try await pair.gateway.knows(call.token))) }
        #expect(Set(pair.backend.disconnects.map(\.token)) == Set(pair.backend.connects.map(\.token)))
    }

    @Test("fifty events to each of ten streams come all, in order", .timeLimit(.minutes(1)))
    func manyEvents() async throws {
        let pair = try await GatewayPair(["--profile", "classic", "--log-level", "notice"])
        var streams: [(GatewayStream, String)] = []
        for number in 0..<10 { streams.append(try await pair.open("/\(number)")) }
        let gateway = pair.gateway
        let areDone = try await withThrowingTaskGroup(of: Bool.self) { group in
            for (_, token) in streams {
                group.addTask {
                    for number in 0..<50 where !(try await gateway.send(token, nil, "\(number)").isDone) {
                        return false
                    }
                    return try await gateway.close(token).isDone
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(areDone)
        let expected = (0..<50).map { GatewayStream.chunk("data: \($0)\n\n") }.joined() + GatewayStream.terminator
        for (stream, _) in streams {
            _ = await stream.end()
            #expect(stream.body == expected)
        }
    }

    @Test(
        "what an answer to a connect may hold in the classic profile", .timeLimit(.minutes(1)),
        arguments: [
            (#"{"event":{"name":"a","data":"1\n2"}}"#, "event: a\ndata: 1\ndata: 2\n\n"),
            (#"{"event":{"data":"x"}}"#, "data: x\n\n"), (#"{"event":{"name":7,"data":"x"}}"#, "data: x\n\n"),
            (#"{"event":{"name":"a\nb","data":"x"}}"#, "data: x\n\n"), (#"{"event":{"name":"a"}}"#, ""),
            (#"{"event":{"data":1}}"#, ""), (#"{"event":"x","close":"true"}"#, ""), (#"{"event":null}"#, ""),
        ])
    func classicAnswers(body: String, frame: String) async throws {
        let pair = try await GatewayPair(["--profile", "classic"]) { call, _ in
            call.action == "connect" ? .json(body) : .empty
        }
        let (stream, token) = try await pair.open()
        #expect(try await pair.gateway.send(token, nil, "next", close: true).isDone)
        _ = await stream.end()
        let first = frame.isEmpty ? "" : GatewayStream.chunk(frame)
        #expect(stream.body == first + GatewayStream.chunk("data: next\n\n") + GatewayStream.terminator)
    }

    @Test(
        "a close in the answer ends the stream, with its event or without", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func classicClose(hasEvent: Bool) async throws {
        let body = hasEvent ? #"{"event":{"name":"a","data":"1"},"close":true}"# : #"{"close":true}"#
        let pair = try await GatewayPair(["--profile", "classic"]) { call, _ in
            call.action == "connect" ? .json(body) : .empty
        }
        let stream = try pair.start()
        _ = await stream.end()
        let first = hasEvent ? GatewayStream.chunk("event: a\ndata: 1\n\n") : ""
        #expect(stream.body == first + GatewayStream.terminator)
        #expect(await pair.backend.disconnects(1).map(\.reason) == ["server_closed"])
    }

    @Test("an event in the answer is put into an envelope where events are", .timeLimit(.minutes(1)))
    func envelopeInTheAnswer() async throws {
        let pair = try await GatewayPair(environment: ["SSE_CONNECT_BODY_EVENTS": "on"]) { _, _ in .connectionOpen }
        let (stream, _) = try await pair.open(until: "ready")
        let expected = [
            "data: {\"type\":\"connection_open\",\"payload\":{\"status\": \"connected\"}}\n\n",
            "event: ready\ndata:\n\n",
        ]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
    }

    @Test("a backend may choose the profile of one stream", .timeLimit(.minutes(1)))
    func profileOfOneStream() async throws {
        let pair = try await GatewayPair { call, _ in
            call.url == "/old" ? .json(#"{"profile":"classic","event":{"name":"hello","data":"1"}}"#) : .empty
        }
        let (old, token) = try await pair.open("/old", until: "hello")
        #expect(try await pair.gateway.send(token, "more", "2").isDone)
        await old.receive(until: "more")
        #expect(
            old.body == ["event: hello\ndata: 1\n\n", "event: more\ndata: 2\n\n"].map(GatewayStream.chunk).joined())
        let (new, _) = try await pair.open("/new", until: "ready")
        #expect(new.body == GatewayStream.chunk("event: ready\ndata:\n\n"))
    }
}
