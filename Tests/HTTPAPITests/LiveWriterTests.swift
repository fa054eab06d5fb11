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
                    try channel.pipeline.syncOperations.addHandler(ConnectionGuard(patience: .seconds(10)))
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
            try await channel.testingEventLoop.executeInContext {}
            var ids: [String] = []
            while let part = try await channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .body(.byteBuffer(let frames)) = part { ids += decisions(in: frames) }
            }
            return ids
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
        let subscription = hub.subscribe(stream.live, by: nil)
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
        let subscription = hub.subscribe(stream.live, by: nil)
        let first = try await stream.event("d1")
        let second = try await stream.event("d2")
        stream.live.hasReached(1)
        hub.publish(first + second)
        #expect(try await stream.written() == ["d2"])
        hub.heartbeat(at: stream.fixture.time.now())
        try await stream.channel.testingEventLoop.executeInContext {}
        let part = try await stream.channel.readOutbound(as: HTTPServerResponsePart.self)
        guard case .body(.byteBuffer(let frames)) = part else {
            Issue.record("no heartbeat: \(String(describing: part))")
            return
        }
        #expect(String(buffer: frames).contains("_2\n"), "\(String(buffer: frames))")
        withExtendedLifetime(subscription) {}
        try await stream.fixture.ledger.close()
    }

    @Test("many streams of one loop get everything in order, some at a time")
    func rounds() async throws {
        let stream = try await Stream()
        let others = (0..<600).map { _ in LiveWriter(channel: stream.channel, dialect: .canonical) }
        let subscriptions = others.map { hub.subscribe($0, by: nil) }
        for other in others { other.hasReached(0) }
        hub.publish(try await stream.event("d1"))
        hub.publish(try await stream.event("d2"))
        let written = try await stream.written()
        #expect(written == Array(repeating: "d1", count: 600) + Array(repeating: "d2", count: 600))
        withExtendedLifetime(subscriptions) {}
        try await stream.fixture.ledger.close()
    }

    @Test("a channel that nobody guards gets everything by the task")
    func unguarded() async throws {
        let stream = try await Stream(isReal: false)
        let subscription = hub.subscribe(stream.live, by: nil)
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
