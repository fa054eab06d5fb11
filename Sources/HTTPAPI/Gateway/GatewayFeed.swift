import EventLog
import Governance
import HTTPTypes
import HummingbirdCore
import Identity
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
    /// The callback of a gateway ends after 5 s; after this, what was pending at its reset is live or over.
    private static let secondReset = Interval.seconds(6)
    private static let retryDelay = Duration.seconds(1)
    /// Streams in one command, so that their tokens fit into it beside a piece of events.
    private static let tokensMax = 5000

    private let client: GatewayClient
    private let door: GovernanceDoor
    private let journal: StreamJournal
    private let logger: Logger
    private var streams = FedStreams()
    /// Whether the gateway holds no stream that is unknown here.
    private var isKnown = false
    private var reset: Task<Void, any Error>?
    /// Why the gateway could not be reached, and how often in a row.
    private var trouble: (reason: String, count: Int) = ("", 0)
    private var queue: [(item: Subscriber.Item, subscription: StreamHub.Subscription)] = []
    private var isSending = false

    init(client: GatewayClient, door: GovernanceDoor, journal: StreamJournal, logger: Logger) {
        self.client = client
        self.door = door
        self.journal = journal
        self.logger = logger
    }

    // MARK: Streams

    /// Begins to send on a stream. It is not open yet: the gateway keeps what comes until it is.
    ///
    /// - Parameter principal: who watches, where that is proved; the stream ends when the proof does.
    /// - Throws: where the gateway cannot be reached from here, and 409 for a token that has a stream already.
    func open(
        _ token: String, _ stream: OperatorStream, by principal: Principal?, from cursor: StreamCursor?
    ) async throws {
        try await makeKnown()
        let carried = CarriedStream(
            token: token, watcher: (principal?.actor ?? "operator:\(stream.operatorID)").shortened(toJSONBytes: 512),
            sessionID: stream.sessionID.shortened(toJSONBytes: 512), gateway: client.address)
        guard streams.add(carried, in: stream.dialect, by: principal) else {
            throw APIError(.conflict, detail: "This token has a stream already")
        }
        door.hub.countCarried(1)
        journal.note(.streamOpened(carried))
        Task { await begin(token, stream, from: cursor) }
    }

    /// The stream is over.
    func forget(_ token: String, _ reason: StreamEnd) {
        guard let carried = streams.remove(token) else { return }
        didEnd([carried], reason)
    }

    private func didEnd(_ carried: [CarriedStream], _ reason: StreamEnd) {
        door.hub.countCarried(-carried.count)
        for stream in carried { journal.note(.streamClosed(stream, reason: reason)) }
    }

    private func isOpening(_ token: String) -> Bool { streams.isOpening(token) }

    private func begin(_ token: String, _ stream: OperatorStream, from cursor: StreamCursor?) async {
        var writer: any ResponseBodyWriter = GatewayStreamWriter(client: client, token: token, time: door.ledger.time) {
            await self.isOpening(token)
        }
        do {
            try await writer.write(stream.greeting)
            var reached = try await door.catchUp(stream, from: cursor, &writer)
            while streams.isOpening(token), !streams.goLive(token, at: reached) {
                reached = try await door.replay(stream, after: reached, omitsSettled: false, &writer)
            }
        } catch {
            // Of a stream that is over the client has left: it was never told to us, because it was not open yet.
            await end(token, error is GatewayStreamWriter.Ended ? .clientClosed : .error, because: "\(error)")
        }
    }

    /// Ends a stream that is not over yet.
    private func end(_ token: String, _ reason: StreamEnd, because explanation: String) async {
        guard let carried = streams.remove(token) else { return }
        didEnd([carried], reason)
        logger.notice("a gateway's stream is ended", metadata: ["reason": "\(explanation)"])
        do {
            try await client.close(token)
        } catch {
            doubt(error)
        }
    }

    /// Ends the streams of those whose login is over, whose token has expired, or who are no users any more.
    private func endVoided() async {
        while !Task.isCancelled {
            await withDiscardingTaskGroup { group in
                for token in streams.voided {
                    group.addTask { await self.end(token, .serverClosed, because: "the right to it is over") }
                }
            }
            try? await Task.sleep(for: .microseconds(door.configuration.validityInterval.microseconds))
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
            do {
                for (frames, tokens) in streams.advance(over: batch.map(\.item)) {
                    try await broadcast(frames, to: tokens)
                }
            } catch {
                doubt(error)
            }
            for (item, subscription) in batch { subscription.isDone(with: item) }
        }
        isSending = false
    }

    private func broadcast(_ frames: ByteBuffer, to tokens: [String]) async throws {
        for start in stride(from: 0, to: tokens.count, by: Self.tokensMax) {
            var receivers = Set(tokens[start..<min(start + Self.tokensMax, tokens.count)])
            for piece in frames.events(inPiecesOf: GatewayStreamWriter.pieceSizeBytesMax) where !receivers.isEmpty {
                let outcome = try await client.broadcast(piece, to: Array(receivers))
                for token in outcome.gone { forget(token, .clientClosed) }
                for token in outcome.full { await end(token, .error, because: "its client does not read") }
                receivers.subtract(outcome.gone + outcome.full)
            }
        }
    }

    // MARK: Doubt

    /// From now on nothing is sent to the streams that are open: what they have is unknown.
    private func doubt(_ error: any Error) {
        if isKnown { tell(error, after: 1) }
        isKnown = false
        didEnd(streams.removeAll(), .error)
    }

    /// Says once what is wrong with the gateway.
    ///
    /// - Parameter count: when it has been so that many times. A gateway that starts together with the server may come a
    ///   moment later.
    private func tell(_ error: any Error, after count: Int) {
        let reason = "\(error)"
        trouble = (reason, reason == trouble.reason ? trouble.count + 1 : 1)
        logger.log(
            level: trouble.count == count ? .warning : .debug, "a gateway cannot be reached",
            metadata: ["gateway": "\(client.address)", "reason": "\(reason)"])
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
        trouble = ("", 0)
        // What an earlier server has just admitted is live by then, or over.
        Task {
            try await Task.sleep(for: .microseconds(Self.secondReset.microseconds))
            // One that is admitted while this is on its way is younger.
            if isKnown { try? await client.retain(streams.tokens, olderThan: Self.secondReset) }
        }
    }

    // MARK: Life

    /// Carries events until the server stops, then ends all streams, so that their clients come back.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keepKnown() }
                group.addTask { await self.endVoided() }
                group.addTask { await self.follow() }
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
                tell(error, after: 2)
            }
            try? await Task.sleep(for: Self.retryDelay)
        }
    }

    private func follow() async {
        while !Task.isCancelled {
            let subscription = door.hub.subscribe(.gateway) {}
            for await item in subscription.items { enqueue(item, of: subscription) }
            if !Task.isCancelled { doubt(GatewayStreamWriter.Ended()) }
            try? await Task.sleep(for: Self.retryDelay)
        }
    }
}
