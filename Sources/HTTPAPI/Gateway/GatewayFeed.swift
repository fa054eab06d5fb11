import EventLog
import HummingbirdCore
import Ledger
import Logging
import NIOCore
import ServiceLifecycle

/// Keeps the operator streams of one gateway: each gets what it has missed, then all together what comes.
///
/// A delivery of which nobody knows whether it has arrived would be a gap that no client sees. So after one, as after
/// the start of this server, all streams of the gateway are closed before any is opened: their clients return with
/// `Last-Event-ID` and get everything from where they are.
actor GatewayFeed {
    private struct LiveStream: Hashable {
        let dialect: Dialect
        /// Up to where it has everything.
        var position: Position
    }

    /// The callback of a gateway ends after 5 s; after this, what was pending at its reset is live or over.
    private static let secondReset = Duration.seconds(6)
    private static let retryDelay = Duration.seconds(1)
    /// Streams in one command, so that their tokens fit into it beside a piece of events.
    private static let tokensMax = 5000

    private let client: GatewayClient
    private let door: GovernanceDoor
    private let logger: Logger
    /// Whether the gateway holds no stream that is unknown here.
    private var isKnown = false
    private var reset: Task<Void, any Error>?
    /// Streams that get what was.
    private var opening: Set<String> = []
    /// Streams that get what comes.
    private var live: [String: LiveStream] = [:]
    /// Up to where the live streams have been handed everything.
    private var position: Position = 0
    private var queue: [(item: Subscriber.Item, subscription: StreamHub.Subscription)] = []
    private var isSending = false

    init(client: GatewayClient, door: GovernanceDoor, logger: Logger) {
        self.client = client
        self.door = door
        self.logger = logger
    }

    // MARK: Streams

    /// Begins to send on a stream. It is not open yet: the gateway keeps what comes until it is.
    ///
    /// - Throws: where the gateway cannot be reached from here.
    func open(_ token: String, _ stream: OperatorStream, from cursor: StreamCursor?) async throws {
        try await makeKnown()
        opening.insert(token)
        Task { await begin(token, stream, from: cursor) }
    }

    /// The stream is over.
    func forget(_ token: String) {
        opening.remove(token)
        live[token] = nil
    }

    private func begin(_ token: String, _ stream: OperatorStream, from cursor: StreamCursor?) async {
        var writer: any ResponseBodyWriter = GatewayStreamWriter(client: client, token: token, time: door.ledger.time)
        do {
            try await writer.write(stream.greeting)
            var reached = try await door.catchUp(stream, from: cursor, &writer)
            while opening.contains(token) {
                if reached >= position {
                    opening.remove(token)
                    live[token] = LiveStream(dialect: stream.dialect, position: reached)
                } else {
                    reached = try await door.replay(stream, after: reached, &writer)
                }
            }
        } catch {
            await end(token, because: error)
        }
    }

    /// Ends a stream that cannot go on without a gap.
    private func end(_ token: String, because error: any Error) async {
        forget(token)
        logger.notice("a gateway's stream is ended", metadata: ["reason": "\(error)"])
        do {
            try await client.close(token)
        } catch {
            doubt(error)
        }
    }

    // MARK: Events

    private func enqueue(_ item: Subscriber.Item, of subscription: StreamHub.Subscription) {
        queue.append((item, subscription))
        guard !isSending else { return }
        isSending = true
        Task { await send() }
    }

    private func send() async {
        while !queue.isEmpty {
            let batch = queue
            queue = []
            let groups = advance(over: batch.map(\.item))
            do {
                for (frames, tokens) in groups { try await broadcast(frames, to: tokens) }
            } catch {
                doubt(error)
            }
            for (item, subscription) in batch { subscription.isDone(with: item) }
        }
        isSending = false
    }

    /// Moves the live streams to the end of the items.
    ///
    /// - Returns: what each group of them has to get for it. Most of the time all are one group.
    private func advance(over items: [Subscriber.Item]) -> [(ByteBuffer, [String])] {
        var groups: [(ByteBuffer, [String])] = []
        for (stream, members) in Dictionary(grouping: live, by: \.value) {
            var (stream, frames) = (stream, ByteBuffer())
            for item in items {
                switch item {
                case .events(let batch) where batch.last > stream.position:
                    var events = batch.frames(after: stream.position, in: stream.dialect)
                    frames.writeBuffer(&events)
                    stream.position = batch.last
                case .heartbeat(let moment, let active):
                    var heartbeat = OperatorStream.heartbeat(
                        at: moment, position: stream.position, activeConnections: active, in: stream.dialect)
                    frames.writeBuffer(&heartbeat)
                // The gateway has comments of its own.
                case .events, .keepAlive: break
                }
            }
            for (token, _) in members { live[token] = stream }
            if frames.readableBytes > 0 { groups.append((frames, members.map(\.key))) }
        }
        // Before anything is sent: a stream that joins meanwhile must not miss it.
        for case .events(let batch) in items { position = max(position, batch.last) }
        return groups
    }

    private func broadcast(_ frames: ByteBuffer, to tokens: [String]) async throws {
        for start in stride(from: 0, to: tokens.count, by: Self.tokensMax) {
            var receivers = Set(tokens[start..<min(start + Self.tokensMax, tokens.count)])
            for piece in frames.events(inPiecesOf: GatewayStreamWriter.pieceSizeBytesMax) where !receivers.isEmpty {
                let outcome = try await client.broadcast(piece, to: Array(receivers))
                for token in outcome.gone { forget(token) }
                for token in outcome.full { await end(token, because: GatewayStreamWriter.Ended()) }
                receivers.subtract(outcome.gone + outcome.full)
            }
        }
    }

    // MARK: Doubt

    /// From now on nothing is sent to the streams that are open: what they have is unknown.
    private func doubt(_ error: any Error) {
        if isKnown { logger.warning("a gateway cannot be reached", metadata: ["error": "\(error)"]) }
        isKnown = false
        live = [:]
        opening = []
    }

    /// Closes the streams of the gateway that nobody here knows; of several who want it all wait for the first.
    private func makeKnown() async throws {
        if isKnown { return }
        if let reset { return try await reset.value }
        let task = Task { try await resetNow() }
        reset = task
        defer { reset = nil }
        try await task.value
    }

    private func resetNow() async throws {
        try await client.retain([])
        isKnown = true
        // What an earlier server has just admitted is live by then, or over.
        Task {
            try await Task.sleep(for: Self.secondReset)
            if isKnown { try? await client.retain(Array(opening) + live.keys) }
        }
    }

    // MARK: Life

    /// Carries events until the server stops, then ends all streams, so that their clients come back.
    func run(_ hub: StreamHub) async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepKnown() }
                group.addTask { await self.follow(hub) }
            }
        }
        try? await client.retain([])
    }

    /// A gateway that nobody calls from may still hold streams of a server that was here before.
    private func keepKnown() async {
        while !Task.isCancelled {
            do {
                try await makeKnown()
            } catch {
                logger.debug("a gateway cannot be reached", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.retryDelay)
        }
    }

    private func follow(_ hub: StreamHub) async {
        while !Task.isCancelled {
            let subscription = hub.subscribe(.gateway) {}
            for await item in subscription.items { enqueue(item, of: subscription) }
            if !Task.isCancelled { doubt(GatewayStreamWriter.Ended()) }
            try? await Task.sleep(for: Self.retryDelay)
        }
    }
}
