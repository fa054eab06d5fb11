import EventLog
import Governance
import Ledger
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Projections
import Testing
import VerdictTesting

@testable import HTTPAPI

/// What comes to a stream is written by its writer or by its task, never by both, and in order.
@Suite("A stream that is written straight to its channel", .timeLimit(.minutes(1))) struct LiveWriterTests {
    private let hub = StreamHub(bufferMax: 100, bufferSizeBytesMax: 1 << 20, metrics: PrometheusMetrics())

    /// A stream with its channel, and a log that grows.
    private struct Stream {
        let channel: NIOAsyncTestingChannel
        let live: LiveWriter
        let fixture: LedgerFixture

        init(isReal: Bool = true) async throws {
            channel = NIOAsyncTestingChannel()
            if isReal {
                try await channel.testingEventLoop.executeInContext { [channel] in
                    try channel.pipeline.syncOperations.addHandler(HTTPResponseEncoder())
                }
            }
            live = LiveWriter(channel: channel, dialect: .canonical)
            fixture = try LedgerFixture()
        }

        func event(_ id: String) async throws -> [CommittedEvent] {
            try await fixture.submit(id)
            let last = try fixture.ledger.log.lastPosition
            return try fixture.ledger.log.read(from: last, limit: 1).map { CommittedEvent($0) }
        }

        /// The decisions that were written to the channel since the last time.
        func written() async throws -> [String] {
            try await chunks().flatMap { decisions(in: $0) }
        }

        /// What is in the chunks that were written to the channel since the last time.
        func chunks() async throws -> [ByteBuffer] {
            try await channel.testingEventLoop.executeInContext {}
            var contents: [ByteBuffer] = []
            while case .byteBuffer(let chunk)? = try await channel.readOutbound(as: IOData.self) {
                let text = String(buffer: chunk)
                let content = text.split(separator: "\r\n", maxSplits: 1)[1].dropLast(1)
                #expect(text == "\(String(content.utf8.count, radix: 16))\r\n\(content)\r\n")
                contents.append(ByteBuffer(string: String(content)))
            }
            return contents
        }
    }

    /// Does what the task does with the next item.
    private func taken(
        _ items: inout AsyncStream<Subscriber.Item>.AsyncIterator, _ stream: Stream,
        _ subscription: StreamHub.Subscription
    ) async -> [String] {
        guard let item = await items.next() else { return [] }
        let frames = stream.live.frames(of: item)
        subscription.isDone(with: item)
        return frames.map { decisions(in: $0) } ?? []
    }

    @Test("the writer has its turn when the task has written everything and the channel takes more")
    func turns() async throws {
        let stream = try await Stream()
        let subscription = hub.subscribe(stream.live, in: "session-1", by: nil)
        var items = subscription.items.makeAsyncIterator()
        // The task still writes what was.
        hub.publish(try await stream.event("d1"))
        #expect(try await stream.written() == [])
        stream.live.hasReached(0)
        hub.publish(try await stream.event("d2"))
        #expect(try await stream.written() == [])
        #expect(await taken(&items, stream, subscription) == ["d1"])
        #expect(await taken(&items, stream, subscription) == ["d2"])
        hub.publish(try await stream.event("d3"))
        #expect(try await stream.written() == ["d3"])
        // What the channel does not take is the task's, and what comes before the task has written that.
        stream.channel.isWritable = false
        hub.publish(try await stream.event("d4"))
        #expect(try await stream.written() == [])
        stream.channel.isWritable = true
        hub.publish(try await stream.event("d5"))
        #expect(try await stream.written() == [])
        #expect(await taken(&items, stream, subscription) == ["d4"])
        hub.publish(try await stream.event("d6"))
        #expect(try await stream.written() == [])
        #expect(await taken(&items, stream, subscription) == ["d5"])
        #expect(await taken(&items, stream, subscription) == ["d6"])
        hub.publish(try await stream.event("d7"))
        #expect(try await stream.written() == ["d7"])
        // Behind the end of a response nothing is written.
        stream.live.close()
        hub.publish(try await stream.event("d8"))
        #expect(try await stream.written() == [])
        try await stream.fixture.ledger.close()
    }

    @Test("what was sent before the stream began is not written again, and heartbeats say how far the client is")
    func positions() async throws {
        let stream = try await Stream()
        let subscription = hub.subscribe(stream.live, in: "session-1", by: nil)
        let first = try await stream.event("d1")
        let second = try await stream.event("d2")
        stream.live.hasReached(1)
        hub.publish(first + second)
        #expect(try await stream.written() == ["d2"])
        hub.heartbeat(at: stream.fixture.time.now())
        let heartbeat = String(buffer: try #require(await stream.chunks().first))
        #expect(heartbeat.contains("_2\n"), "\(heartbeat)")
        // Of a commit that it has seen in part, the rest, and of one that it has seen whole, nothing.
        let others = try await [stream.event("d3"), stream.event("d4"), stream.event("d5")]
        hub.publish(others[0])
        hub.publish(others[0] + others[1])
        hub.publish(others[0] + others[1])
        hub.publish(others[2])
        #expect(try await stream.chunks().map { decisions(in: $0) } == [["d3"], ["d4"], ["d5"]])
        withExtendedLifetime(subscription) {}
        try await stream.fixture.ledger.close()
    }

    @Test("many streams of one loop get everything in order, some at a time")
    func rounds() async throws {
        let stream = try await Stream()
        let others = (0..<600).map { _ in LiveWriter(channel: stream.channel, dialect: .canonical) }
        let subscriptions = others.map { hub.subscribe($0, in: "session-1", by: nil) }
        for other in others { other.hasReached(0) }
        hub.publish(try await stream.event("d1"))
        hub.publish(try await stream.event("d2"))
        let written = try await stream.written()
        #expect(written == Array(repeating: "d1", count: 600) + Array(repeating: "d2", count: 600))
        withExtendedLifetime(subscriptions) {}
        try await stream.fixture.ledger.close()
    }

    @Test("whoever leaves gets nothing more, and everybody else does")
    func leaving() async throws {
        let stream = try await Stream()
        let others = (0..<5).map { _ in LiveWriter(channel: stream.channel, dialect: .canonical) }
        let subscriptions = others.map { hub.subscribe($0, in: "session-1", by: nil) }
        for other in others { other.hasReached(0) }
        for (round, leaving) in [4, 0, 2, 1].enumerated() {
            subscriptions[leaving].finish()
            subscriptions[leaving].finish()
            hub.publish(try await stream.event("d\(round)"))
            #expect(try await stream.written() == Array(repeating: "d\(round)", count: 4 - round))
            #expect(hub.counts.active == 4 - round)
        }
        let late = LiveWriter(channel: stream.channel, dialect: .canonical)
        let subscription = hub.subscribe(late, in: "session-1", by: nil)
        late.hasReached(4)
        hub.publish(try await stream.event("last"))
        #expect(try await stream.written() == ["last", "last"])
        withExtendedLifetime((subscriptions, subscription)) {}
        try await stream.fixture.ledger.close()
    }

    @Test("a channel that encodes nothing gets everything by the task")
    func unencoded() async throws {
        let stream = try await Stream(isReal: false)
        let subscription = hub.subscribe(stream.live, in: "session-1", by: nil)
        var items = subscription.items.makeAsyncIterator()
        stream.live.hasReached(0)
        hub.publish(try await stream.event("d1"))
        #expect(await taken(&items, stream, subscription) == ["d1"])
        #expect(try await stream.written() == [])
        try await stream.fixture.ledger.close()
    }
}

/// Of the events in these frames.
private func decisions(in frames: ByteBuffer) -> [String] {
    var parser = ServerSentEvents()
    return parser.read(frames.readableBytesView).compactMap { block in
        if case .event(let event) = block { event["decision_id"]?.stringValue } else { nil }
    }
}
