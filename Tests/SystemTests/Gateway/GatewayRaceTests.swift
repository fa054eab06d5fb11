import EventLog
import Foundation
import Synchronization
import Testing
import VerdictTesting

@Suite("Races at a gateway (sse-gateway 10)")
struct GatewayRaceTests {
    /// Something that a script waits for.
    private final class Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation

        init() { (stream, signal) = AsyncStream.makeStream() }

        func open() { signal.finish() }
        func pass() async { for await _ in stream {} }
    }

    @Test("R1: a client that leaves while the callback runs leaves no trace", .timeLimit(.minutes(1)))
    func clientLeavesEarly() async throws {
        let gate = Gate()
        let pair = try await GatewayPair { call, _ in
            if call.url == "/left" { await gate.pass() }
            return .empty
        }
        let stream = try pair.start("/left")
        let token = try await pair.backend.connect("/left").token
        #expect(try await pair.gateway.send(token, nil, "lost").isBuffered)
        stream.connection.leave()
        try await wait { !(try await pair.gateway.knows(token)) }
        gate.open()
        // What the gateway would do wrong it would do before it serves the next stream.
        let (_, next) = try await pair.open("/next", until: "ready")
        #expect(try await pair.gateway.close(next).isDone)
        #expect(await pair.backend.disconnects(1).map(\.token) == [next])
        #expect(try await pair.gateway.close(token).isUnknownToken)
    }

    @Test("R1: so does one that resets its connection", .timeLimit(.minutes(1)))
    func clientResetsEarly() async throws {
        let gate = Gate()
        let pair = try await GatewayPair { call, _ in
            if call.url == "/reset" { await gate.pass() }
            return .empty
        }
        let stream = try pair.start("/reset")
        let token = try await pair.backend.connect("/reset").token
        stream.connection.reset()
        try await wait { !(try await pair.gateway.knows(token)) }
        gate.open()
        let (_, next) = try await pair.open("/next", until: "ready")
        #expect(try await pair.gateway.close(next).isDone)
        #expect(await pair.backend.disconnects(1).map(\.token) == [next])
    }

    @Test("R2: what is sent during the callback is delivered after the head, in order, once", .timeLimit(.minutes(1)))
    func sendsDuringTheCallback() async throws {
        let pair = try await GatewayPair { call, sender in
            guard call.action == "connect" else { return .empty }
            for number in 1...3 {
                guard try await sender.gateway.send(call.token, nil, "\(number)").isBuffered else { return .hangUp }
            }
            return .empty
        }
        let (stream, token) = try await pair.open(until: "ready")
        #expect(try await pair.gateway.send(token, nil, "4").isDone)
        await stream.receive(until: "data: 4")
        let expected = (1...3).map { "data: \($0)\n\n" } + ["event: ready\ndata:\n\n", "data: 4\n\n"]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
    }

    @Test("R2: there is a limit on what waits", .timeLimit(.minutes(1)))
    func tooMuchWaits() async throws {
        let refusals = Mutex<[ServerClient.Answer]>([])
        let pair = try await GatewayPair { call, sender in
            guard call.action == "connect" else { return .empty }
            let half = String(repeating: "x", count: 600_000)
            let large = [
                try await sender.gateway.send(call.token, nil, half),
                try await sender.gateway.send(call.token, nil, half),
            ]
            refusals.withLock { $0 = large }
            return .empty
        }
        _ = try await pair.open(until: "ready")
        #expect(refusals.withLock { $0.map(\.status) } == [200, 429])
        #expect(refusals.withLock { $0.last?.json["error"]?["code"] } == "BUFFER_FULL")
    }

    @Test("R3: what waits behind a close is dropped", .timeLimit(.minutes(1)))
    func closeDuringTheCallback() async throws {
        let pair = try await GatewayPair { call, sender in
            guard call.action == "connect" else { return .empty }
            _ = try await sender.gateway.send(call.token, nil, "first", close: true)
            _ = try await sender.gateway.send(call.token, nil, "second")
            return .empty
        }
        let stream = try pair.start()
        _ = await stream.end()
        #expect(stream.body == GatewayStream.chunk("data: first\n\n") + GatewayStream.terminator)
        #expect(await pair.backend.disconnects(1).map(\.reason) == ["server_closed"])
    }

    @Test("R4: what waits for a callback that fails is dropped", .timeLimit(.minutes(1)))
    func callbackFails() async throws {
        let pair = try await GatewayPair { call, sender in
            _ = try await sender.gateway.send(call.token, nil, "lost")
            return .status("500 Oops")
        }
        let answer = try await pair.gateway.client.get("/events")
        #expect(answer.status == 500)
        #expect(!answer.text.contains("lost"))
        #expect(!(try await pair.gateway.knows(pair.backend.calls[0].token)))
        #expect(pair.backend.disconnects.isEmpty)
    }

    @Test("R5: the event of the answer, then what waited, then heartbeats", .timeLimit(.minutes(1)))
    func answerFirst() async throws {
        let pair = try await GatewayPair(["--profile", "classic", "--heartbeat-interval-seconds", "1"]) {
            call, sender in
            guard call.action == "connect" else { return .empty }
            _ = try await sender.gateway.send(call.token, "a", "1")
            _ = try await sender.gateway.send(call.token, "b", "2")
            return .connectionOpen
        }
        let (stream, _) = try await pair.open(until: "heartbeat")
        let expected = [
            "event: connection_open\ndata: {\"status\": \"connected\"}\n\n", "event: a\ndata: 1\n\n",
            "event: b\ndata: 2\n\n", ": heartbeat\n\n",
        ]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined())
    }

    @Test("R6: a close in the answer drops what waited", .timeLimit(.minutes(1)))
    func answerCloses() async throws {
        let pair = try await GatewayPair(["--profile", "classic"]) { call, sender in
            guard call.action == "connect" else { return .empty }
            _ = try await sender.gateway.send(call.token, "a", "1")
            return .json(#"{"event":{"data":"only"},"close":true}"#)
        }
        let stream = try pair.start()
        _ = await stream.end()
        #expect(stream.body == GatewayStream.chunk("data: only\n\n") + GatewayStream.terminator)
        #expect(await pair.backend.disconnects(1).map(\.reason) == ["server_closed"])
    }

    @Test("R7: a client that goes while its stream opens is reported at most once, as gone", .timeLimit(.minutes(1)))
    func clientLeavesAtTheEnd() async throws {
        let pair = try await GatewayPair(["--profile", "classic"]) { _, _ in .connectionOpen }
        // The departure and the answer meet in every order.
        for number in 0..<50 {
            let stream = try pair.start("/\(number)")
            if number % 2 == 0 { _ = try await pair.backend.connect("/\(number)") }
            stream.connection.reset()
        }
        let (_, last) = try await pair.open("/last", until: "connected")
        for call in pair.backend.connects where call.token != last {
            try await wait { !(try await pair.gateway.knows(call.token)) }
        }
        #expect(try await pair.gateway.close(last).isDone)
        let calls = Dictionary(grouping: pair.backend.disconnects.filter { $0.token != last }, by: \.token)
        #expect(calls.values.allSatisfy { $0.map(\.reason) == ["client_closed"] })
    }

    @Test(
        "R7: the connection is broken before the first write, but nobody has said so yet",
        .timeLimit(.minutes(1)))
    func firstWriteFails() async throws {
        let pair = try await GatewayPair(["--profile", "classic"]) { call, sender in
            guard call.action == "connect", call.url.hasPrefix("/broken") else { return .empty }
            // A gateway that stands still finds the answer first and the client's departure behind it.
            try await sender.gateway.process.halt()
            return .json(#"{"event":{"data":"lost"},"close":true}"#)
        }
        for number in 1...3 {
            let stream = try pair.start("/broken/\(number)")
            let token = try await pair.backend.connect("/broken/\(number)").token
            await pair.backend.answer(toConnect: "/broken/\(number)")
            stream.connection.reset()
            pair.gateway.process.send(SIGCONT)
            try await wait { !(try await pair.gateway.knows(token)) }
            let (_, next) = try await pair.open("/next/\(number)")
            #expect(try await pair.gateway.close(next).isDone)
            _ = try await pair.backend.disconnects(of: next)
            let reasons = pair.backend.disconnects.filter { $0.token == token }.map(\.reason)
            // Now and then the departure is found first, and that is R1.
            #expect(reasons == ["client_closed"] || reasons.isEmpty)
        }
    }

    @Test("R8 and R9: of two closes one is done, and nothing can be sent behind it", .timeLimit(.minutes(1)))
    func twoCloses() async throws {
        let pair = try await GatewayPair()
        for number in 0..<10 {
            let (_, token) = try await pair.open("/\(number)", until: "ready")
            async let first = pair.gateway.close(token)
            async let second = pair.gateway.close(token)
            async let third = pair.gateway.close(token)
            let statuses = try await [first.status, second.status, third.status].sorted()
            #expect(statuses == [200, 404, 404])
            #expect(try await pair.gateway.send(token, nil, "late").isUnknownToken)
        }
        #expect(await pair.backend.disconnects(10).count == 10)
    }

    @Test("R8: while the end of a stream waits for the backend, its token is gone already", .timeLimit(.minutes(1)))
    func sendWhileClosing() async throws {
        let gate = Gate()
        let pair = try await GatewayPair(environment: ["SSE_CLOSE_WAIT_MS": "20000"]) { call, _ in
            if call.action == "disconnect" { await gate.pass() }
            return .empty
        }
        let (stream, token) = try await pair.open(until: "ready")
        async let closed = pair.gateway.close(token)
        _ = try await pair.backend.disconnects(of: token)
        #expect(try await pair.gateway.send(token, nil, "late").isUnknownToken)
        #expect(try await pair.gateway.close(token).isUnknownToken)
        gate.open()
        #expect(try await closed.isDone)
        _ = await stream.end()
        #expect(stream.body == GatewayStream.chunk("event: ready\ndata:\n\n") + GatewayStream.terminator)
    }

    @Test("R10: no heartbeat comes once the token is gone", .timeLimit(.minutes(1)))
    func heartbeatAfterTheEnd() async throws {
        // The stream ends between two heartbeats and stays connected until after the second one was due.
        let gate = Gate()
        let environment = ["SSE_CLOSE_WAIT_MS": "20000", "HEARTBEAT_INTERVAL_SECONDS": "1"]
        let pair = try await GatewayPair(environment: environment) { call, _ in
            if call.action == "disconnect", call.url == "/ends" { await gate.pass() }
            return .empty
        }
        let (stream, token) = try await pair.open("/ends", until: "heartbeat")
        async let closed = pair.gateway.send(token, nil, "last", close: true)
        _ = try await pair.backend.disconnects(of: token)
        _ = try await pair.open("/other", until: "heartbeat")
        gate.open()
        #expect(try await closed.isDone)
        #expect(await stream.end().hasSuffix(GatewayStream.chunk("data: last\n\n") + GatewayStream.terminator))
    }

    @Test("R11: a client that comes again has another token", .timeLimit(.minutes(1)))
    func newToken() async throws {
        let pair = try await GatewayPair()
        var tokens: [String] = []
        for _ in 0..<3 {
            let stream = try pair.start("/same")
            await stream.receive(until: "ready")
            tokens.append(pair.backend.connects.last?.token ?? "")
            #expect(try await pair.gateway.close(tokens.last ?? "").isDone)
        }
        #expect(Set(tokens).count == 3)
    }

    @Test(
        "R12: a backend that serves one callback at a time may close a stream from inside another one",
        .timeLimit(.minutes(1)))
    func closeFromInsideACallback() async throws {
        let lock = AsyncLock()
        let old = Mutex<String?>(nil)
        let pair = try await GatewayPair { call, sender in
            await lock.acquire()
            defer { lock.release() }
            guard call.action == "connect" else { return .empty }
            if let token = old.withLock({ $0 }) {
                guard try await sender.gateway.close(token).status == 200 else { return .hangUp }
            }
            old.withLock { $0 = call.token }
            return .empty
        }
        let (first, _) = try await pair.open("/a", until: "ready")
        let start = ContinuousClock.now
        let (second, _) = try await pair.open("/b", until: "ready")
        // A gateway that waits for the answer takes the whole time of a callback, here 30 s; 250 ms are what this one takes.
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(second.body.contains("ready"))
        #expect(await first.end().hasSuffix(GatewayStream.terminator))
        #expect(await pair.backend.disconnects(1).count == 1)
    }

    @Test("R15: a client that does not read delays nobody, and gets everything when it does", .timeLimit(.minutes(1)))
    func slowClient() async throws {
        let pair = try await GatewayPair(["--profile", "classic"])
        let connection = try RawConnection(port: pair.gateway.port, receiveSizeBytes: 4096)
        try connection.get("/slow")
        let slow = try await pair.backend.connect("/slow").token
        let (quick, quickToken) = try await pair.open("/quick")
        let data = String(repeating: "x", count: 100_000)
        for number in 0..<40 { #expect(try await pair.gateway.send(slow, nil, "\(number) \(data)").status == 200) }
        #expect(try await pair.gateway.send(quickToken, nil, "in time").isDone)
        #expect(await quick.receive(until: "in time").contains("in time"))
        #expect(try await pair.gateway.close(slow).isDone)
        let stream = GatewayStream(connection)
        #expect(await stream.end().hasSuffix(GatewayStream.terminator))
        #expect((0..<40).allSatisfy { stream.text.contains("data: \($0) x") })
    }

    @Test("a client that never reads is cut off", .timeLimit(.minutes(1)))
    func deafClient() async throws {
        let pair = try await GatewayPair(["--unsent-limit", "200000"])
        let connection = try RawConnection(port: pair.gateway.port, receiveSizeBytes: 4096)
        try connection.get("/deaf")
        let token = try await pair.backend.connect("/deaf").token
        let data = String(repeating: "x", count: 100_000)
        var last: ServerClient.Answer?
        try await wait {
            last = try await pair.gateway.send(token, nil, data)
            return last?.status != 200
        }
        #expect(last?.status == 500)
        #expect(last?.text == #"{"error":{"message":"Write failed: connection closed","code":"WRITE_FAILED"}}"#)
        #expect(try await pair.backend.disconnects(of: token).map(\.reason) == ["error"])
        #expect(!(try await pair.gateway.knows(token)))
        withExtendedLifetime(connection) {}
    }
}

/// Lets one after the other through.
private final class AsyncLock: Sendable {
    private struct State {
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func acquire() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                defer { state.isHeld = true }
                if state.isHeld { state.waiting.append(continuation) }
                return !state.isHeld
            }
            if isFree { continuation.resume() }
        }
    }

    func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty { state.isHeld = false }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}
