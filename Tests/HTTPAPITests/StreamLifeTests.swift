import EventLog
import Governance
import HTTPAPI
import Ledger
import NIOCore
import NIOPosix
import Testing
import VerdictTesting

/// Keeping streams alive, and ending them (governance-api 3.2, 8.4 and 8.6).
@Suite("The life of a stream", .timeLimit(.minutes(1)))
struct StreamLifeTests {
    private func opened(_ configure: (inout FrontConfiguration) -> Void = { _ in }) async throws -> FrontFixture {
        let front = try FrontFixture(configure)
        try await front.fixture.openSession()
        return front
    }

    @Test("heartbeats are events that say how many listen")
    func heartbeats() async throws {
        let front = try await opened { $0.heartbeatInterval = .seconds(0.05) }
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            for heartbeat in try await stream.next(2) {
                #expect(heartbeat.id == "hb_1768478400.000000_1")
                #expect(heartbeat.name == "heartbeat")
                #expect(heartbeat.data == #"{"message":"heartbeat","active_connections":1}"#)
            }
        }
    }

    @Test("comments keep a silent stream alive")
    func keepAlive() async throws {
        let front = try await opened { $0.keepAliveInterval = .seconds(0.05) }
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            #expect(try await stream.nextBlock() == .comment(": keep-alive"))
            #expect(try await stream.nextBlock() == .comment(": keep-alive"))
        }
    }

    @Test("a connection without a request is closed after a while, a stream is not")
    func idleConnections() async throws {
        let front = try await opened {
            $0.idleTimeout = .seconds(0.2)
            $0.keepAliveInterval = .seconds(0.1)
        }
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            _ = try await stream.next()
            let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: live.port).get()
            try await silent.closeFuture.get()
            for _ in 1...5 { #expect(try await stream.nextBlock() == .comment(": keep-alive")) }
            try await live.fixture.submit()
            #expect(try await stream.next()?.summary == "decision_pending d1")
        }
    }

    @Test("whoever goes away no longer counts")
    func goneAway() async throws {
        let front = try await opened()
        try await LiveFront.run(front) { live in
            let staying = try await live.operatorStream()
            _ = try await staying.next()
            do {
                let leaving = try await live.operatorStream()
                _ = try await leaving.next()
                try await live.waitForOpenStreams(2)
            }
            try await live.waitForOpenStreams(1)
            try await live.fixture.submit()
            #expect(try await staying.next()?.summary == "decision_pending d1")
            #expect(try await live.get("/health").text.contains(#""total_connections":2"#))
        }
    }

    @Test("a session that is closed ends its streams, after the last event, and no others")
    func closedSession() async throws {
        let front = try await opened()
        try await front.fixture.openSession(id: "session-2")
        try await LiveFront.run(front) { live in
            let (closed, other) = (try await live.operatorStream(), try await live.operatorStream(session: "session-2"))
            for stream in [closed, other] { _ = try await stream.next() }
            try await live.fixture.submit()
            let answer = try await live.post("/session/close", #"{"session_id":"session-1"}"#)
            #expect(answer.status == 200)
            #expect(try await closed.rest().map(\.summary) == ["decision_pending d1"])
            try await live.waitForOpenStreams(1)
            try await live.fixture.submit("d2")
            #expect(try await other.next(2).map(\.summary) == ["decision_pending d1", "decision_pending d2"])
        }
    }

    @Test("a watch is no operator stream")
    func watchesAreNotCounted() async throws {
        let front = try await opened()
        try await front.fixture.submit()
        try await LiveFront.run(front) { live in
            let watch = try await live.watch()
            _ = try await watch.next()
            #expect(
                try await live.get("/health").text.contains(#""active_connections":0,"total_connections":0"#))
            withExtendedLifetime(watch) {}
        }
    }

    @Test(
        "a reader that does not read is cut off, the others and the commands go on", .timeLimit(.minutes(1)),
        arguments: [(8, 1 << 30), (1 << 30, 1 << 20)])
    func slowReader(bufferMax: Int, sizeBytesMax: Int) async throws {
        let front = try await opened {
            $0.streamBufferMax = bufferMax
            $0.streamBufferSizeBytesMax = sizeBytesMax
        }
        try await LiveFront.run(front) { live in
            let slow = try await live.operatorStream()
            let quick = try await live.operatorStream()
            _ = try await quick.next()
            try await live.waitForOpenStreams(2)
            // The socket takes some megabytes before the buffer begins to fill.
            let text = String(repeating: "x", count: 60_000)
            var sent = 0
            while sent < 2000, try await live.get("/health").text.contains(#""active_connections":2"#) {
                let answer = try await live.post(
                    "/test/enqueue", #"{"decision_id":"n\#(sent)","metadata":{"blob":"\#(text)"}}"#)
                #expect(answer.status == 200)
                #expect(try await quick.next()?.summary == "decision_pending n\(sent)")
                sent += 1
            }
            try await live.waitForOpenStreams(1)
            await #expect(throws: (any Error).self) { _ = try await slow.rest() }
            try await live.fixture.submit("last")
            #expect(try await quick.next()?.summary == "decision_pending last")
        }
    }

    @Test("when the server stops, streams and watches end cleanly")
    func shutdown() async throws {
        let front = try await opened()
        try await front.fixture.submit()
        try await LiveFront.run(front) { live in
            let stream = try await live.operatorStream()
            let watch = try await live.watch()
            _ = try await stream.next(2)
            _ = try await watch.next()
            await live.shutDown()
            #expect(try await stream.rest().isEmpty)
            #expect(try await watch.rest().isEmpty)
        }
    }
}
