import CoreMetrics
import EventLog
import Governance
import NIOCore
import Projections
import Synchronization

/// Hands every committed event to every open stream, in order, without waiting for any of them.
final class StreamHub: Sendable {
    struct Counts: Sendable {
        /// Operator streams open now.
        var active = 0
        /// Operator streams ever opened.
        var total = 0
        /// Decisions announced as pending.
        var announced = 0
    }

    private struct State {
        /// Those without a live writer.
        var buffered: [Int: Subscriber] = [:]
        /// Those with one.
        var live: [Int: Subscriber] = [:]
        /// The streams of each session.
        var sessions: [String: Set<Int>] = [:]
        /// The live writers, by their event loop.
        var writers: [ObjectIdentifier: LiveWriters] = [:]
        var nextKey = 0
        /// The last event that was told to anybody.
        var told: Position = 0
        var counts = Counts()
        /// Operator streams at gateways.
        var carried = 0
        var isClosed = false
        /// When every operator stream has got something last.
        var spokenAt = ContinuousClock.now

        var openCount: Int { buffered.count + live.count }
        var all: [Int: Subscriber] { buffered.merging(live) { $1 } }
    }

    private let state = Mutex(State())
    private let bufferMax: Int
    private let bufferSizeBytesMax: Int
    private let openStreams: Gauge
    private let carriedStreams: Gauge
    private let slowReaders: Counter

    init(bufferMax: Int, bufferSizeBytesMax: Int, metrics: any MetricsFactory) {
        self.bufferMax = bufferMax
        self.bufferSizeBytesMax = bufferSizeBytesMax
        openStreams = Gauge(label: "verdict_open_streams", factory: metrics)
        carriedStreams = Gauge(label: "verdict_gateway_streams", factory: metrics)
        slowReaders = Counter(label: "verdict_slow_readers_total", factory: metrics)
    }

    var counts: Counts { state.withLock { $0.counts } }

    // MARK: Subscribing

    /// A stream of items that starts now and is taken off the list when the subscription is released.
    final class Subscription: Sendable {
        let items: AsyncStream<Subscriber.Item>
        /// The last event that was told to others before.
        let begin: Position
        private let pending: Subscriber.Pending
        private let live: LiveWriter?
        private let end: @Sendable () -> Void

        fileprivate init(
            items: AsyncStream<Subscriber.Item>, begin: Position, pending: Subscriber.Pending, live: LiveWriter?,
            end: @escaping @Sendable () -> Void
        ) {
            self.items = items
            self.begin = begin
            self.pending = pending
            self.live = live
            self.end = end
        }

        /// To be called with each item once it is written, or passed over.
        func isDone(with item: Subscriber.Item) {
            pending.remove(item.sizeBytes)
            live?.isDone()
        }

        /// Ends the items; those that wait are still delivered.
        func finish() { end() }

        deinit { end() }
    }

    /// - Parameter principal: who listens, where that is proved; the stream ends when the proof does.
    func subscribe(
        _ kind: Subscriber.Kind, by principal: Principal? = nil, channel: any Channel
    ) -> Subscription {
        subscribe(kind, by: principal) { channel.close(promise: nil) }
    }

    func subscribe(_ live: LiveWriter, in sessionID: String, by principal: Principal?) -> Subscription {
        subscribe(.operatorStream, in: sessionID, by: principal, live: live) { live.channel.close(promise: nil) }
    }

    /// - Parameters:
    ///   - sessionID: the session that the stream belongs to; it ends when that is closed.
    ///   - cut: called when the subscriber does not keep up; its items end.
    func subscribe(
        _ kind: Subscriber.Kind, in sessionID: String? = nil, by principal: Principal? = nil, live: LiveWriter? = nil,
        cut: @escaping @Sendable () -> Void
    ) -> Subscription {
        let (items, continuation) = AsyncStream<Subscriber.Item>.makeStream(
            bufferingPolicy: .bufferingOldest(bufferMax))
        let slowReaders = slowReaders
        let pending = Subscriber.Pending()
        let subscriber = Subscriber(
            kind: kind, sessionID: sessionID, continuation: continuation, pending: pending,
            sizeBytesMax: bufferSizeBytesMax, isStillValid: principal?.isStillValid, live: live
        ) {
            slowReaders.increment()
            cut()
        }
        let (key, begin): (Int?, Position) = state.withLock { state in
            guard !state.isClosed else { return (nil, state.told) }
            let key = state.nextKey
            state.nextKey += 1
            if let live {
                state.live[key] = subscriber
                // While the lock is held: what is sent from now on is sent to it too.
                writers(of: live.channel.eventLoop, &state).add(subscriber, key)
            } else {
                state.buffered[key] = subscriber
            }
            if let sessionID { state.sessions[sessionID, default: []].insert(key) }
            if case .operatorStream = kind {
                state.counts.active += 1
                state.counts.total += 1
            }
            openStreams.record(state.openCount)
            return (key, state.told)
        }
        if key == nil { continuation.finish() }
        return Subscription(items: items, begin: begin, pending: pending, live: live) { [weak self] in
            continuation.finish()
            if let key { self?.remove(key) }
        }
    }

    /// Counts operator streams that a gateway carries, among the others.
    ///
    /// - Parameter change: how many have opened; below 0, how many have ended.
    func countCarried(_ change: Int) {
        state.withLock { state in
            state.carried += change
            state.counts.active += change
            state.counts.total += max(0, change)
            carriedStreams.record(state.carried)
        }
    }

    private func remove(_ key: Int) {
        state.withLock { state in
            guard let subscriber = state.buffered.removeValue(forKey: key) ?? state.live.removeValue(forKey: key) else {
                return
            }
            if let sessionID = subscriber.sessionID {
                state.sessions[sessionID]?.remove(key)
                if state.sessions[sessionID]?.isEmpty ?? false { state.sessions[sessionID] = nil }
            }
            if let live = subscriber.live { writers(of: live.channel.eventLoop, &state).remove(key) }
            if case .operatorStream = subscriber.kind { state.counts.active -= 1 }
            openStreams.record(state.openCount)
        }
    }

    private func writers(of loop: any EventLoop, _ state: inout State) -> LiveWriters {
        let id = ObjectIdentifier(loop)
        if let writers = state.writers[id] { return writers }
        let writers = LiveWriters(of: loop) { [weak self] key in self?.remove(key) }
        state.writers[id] = writers
        return writers
    }

    // MARK: Sending

    func publish(_ events: [CommittedEvent]) {
        guard let last = events.last?.recorded.position else { return }
        let announced = events.count { event in
            if case .decision(.submitted(let submitted)) = event.governance {
                submitted.automationLevel.requiresReview
            } else {
                false
            }
        }
        let isHeard = state.withLock { state in
            state.counts.announced += announced
            state.told = max(state.told, last)
            return state.openCount > 0
        }
        guard isHeard else { return }
        let batch = EventBatch(events)
        if batch.isHeardByAll { state.withLock { $0.spokenAt = .now } }
        send(.events(batch)) { $0.wants(batch) }
        for sessionID in events.compactMap(\.closedSessionID) { endStreams(of: sessionID) }
    }

    /// Ends the streams of a session that its operator has closed (golden-path 3.4).
    private func endStreams(of sessionID: String) {
        let subscribers = state.withLock { state in
            (state.sessions[sessionID] ?? []).compactMap { key in
                (state.live[key] ?? state.buffered[key]).map { (key, $0) }
            }
        }
        for (key, subscriber) in subscribers { end(subscriber, key) }
    }

    func heartbeat(at now: Timestamp) {
        let active = state.withLock { state in
            state.spokenAt = .now
            return state.counts.active
        }
        send(.heartbeat(at: now, activeConnections: active))
    }

    /// Has those say something who follow one decision: they hear of nothing else.
    func keepWatchesAlive() {
        send(.keepAlive, live: false) { $0.isWatch }
    }

    /// Has all others say something if they have been silent since that moment.
    ///
    /// - Returns: since when they are silent now.
    func keepStreamsAlive(silentSince moment: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let (isSilent, spokenAt) = state.withLock { state in
            guard state.spokenAt <= moment else { return (false, state.spokenAt) }
            state.spokenAt = .now
            return (true, state.spokenAt)
        }
        if isSilent { send(.keepAlive) { !$0.isWatch } }
        return spokenAt
    }

    /// Ends the streams of those whose login is over, whose token has expired, or who are no users any more.
    func endInvalid() {
        for (key, subscriber) in state.withLock(\.all) where !(subscriber.isStillValid?() ?? true) {
            end(subscriber, key)
        }
    }

    private func end(_ subscriber: Subscriber, _ key: Int) {
        subscriber.continuation.finish()
        remove(key)
    }

    /// - Parameters:
    ///   - live: whether those with a live writer get it, all of them; they are operator streams.
    ///   - isMeant: whether one of the others gets it.
    private func send(
        _ item: Subscriber.Item, live: Bool = true, toOthers isMeant: (Subscriber) -> Bool = { _ in true }
    ) {
        let (buffered, writers) = state.withLock { ($0.buffered, live ? Array($0.writers.values) : []) }
        for writers in writers { writers.send(item) }
        for (key, subscriber) in buffered where isMeant(subscriber) && !subscriber.send(item) { remove(key) }
    }

    /// Ends every stream and admits no new one.
    func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            return state.all
        }
        for subscriber in subscribers.values { subscriber.continuation.finish() }
    }
}

extension CommittedEvent {
    /// The session that its operator has closed.
    fileprivate var closedSessionID: String? {
        if case .session(.closed(let sessionID, _, .ended)) = governance { sessionID } else { nil }
    }
}
