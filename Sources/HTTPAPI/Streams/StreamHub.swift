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
        var subscribers: [Int: Subscriber] = [:]
        /// By event loop.
        var writers: [ObjectIdentifier: LiveWriters] = [:]
        var nextKey = 0
        var counts = Counts()
        /// Operator streams at gateways.
        var carried = 0
        var isClosed = false
        /// When every operator stream has got something last.
        var spokenAt = ContinuousClock.now
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
        private let pending: Subscriber.Pending
        private let live: LiveWriter?
        private let end: @Sendable () -> Void

        fileprivate init(
            items: AsyncStream<Subscriber.Item>, pending: Subscriber.Pending, live: LiveWriter?,
            end: @escaping @Sendable () -> Void
        ) {
            self.items = items
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

    func subscribe(_ live: LiveWriter, by principal: Principal?) -> Subscription {
        subscribe(.operatorStream, by: principal, live: live) { live.channel.close(promise: nil) }
    }

    /// - Parameter cut: called when the subscriber does not keep up; its items end.
    func subscribe(
        _ kind: Subscriber.Kind, by principal: Principal? = nil, live: LiveWriter? = nil,
        cut: @escaping @Sendable () -> Void
    ) -> Subscription {
        let (items, continuation) = AsyncStream<Subscriber.Item>.makeStream(
            bufferingPolicy: .bufferingOldest(bufferMax))
        let slowReaders = slowReaders
        let pending = Subscriber.Pending()
        let subscriber = Subscriber(
            kind: kind, continuation: continuation, pending: pending, sizeBytesMax: bufferSizeBytesMax,
            isStillValid: principal?.isStillValid, live: live
        ) {
            slowReaders.increment()
            cut()
        }
        let key: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            let key = state.nextKey
            state.nextKey += 1
            state.subscribers[key] = subscriber
            if case .operatorStream = kind {
                state.counts.active += 1
                state.counts.total += 1
            }
            openStreams.record(state.subscribers.count)
            return key
        }
        if key == nil { continuation.finish() }
        return Subscription(items: items, pending: pending, live: live) { [weak self] in
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
            guard let subscriber = state.subscribers.removeValue(forKey: key) else { return }
            if case .operatorStream = subscriber.kind { state.counts.active -= 1 }
            openStreams.record(state.subscribers.count)
        }
    }

    // MARK: Sending

    func publish(_ events: [CommittedEvent]) {
        guard !events.isEmpty else { return }
        let announced = events.count { event in
            if case .decision(.submitted(let submitted)) = event.governance {
                submitted.automationLevel.requiresReview
            } else {
                false
            }
        }
        let subscribers = state.withLock { state in
            state.counts.announced += announced
            return state.subscribers
        }
        guard !subscribers.isEmpty else { return }
        let batch = EventBatch(events)
        if batch.isHeardByAll { state.withLock { $0.spokenAt = .now } }
        send(.events(batch), to: subscribers) { $0.wants(batch) }
    }

    func heartbeat(at now: Timestamp) {
        let (subscribers, active) = state.withLock { state in
            state.spokenAt = .now
            return (state.subscribers, state.counts.active)
        }
        send(.heartbeat(at: now, activeConnections: active), to: subscribers)
    }

    /// Has those say something who follow one decision: they hear of nothing else.
    func keepWatchesAlive() {
        send(.keepAlive, to: state.withLock { $0.subscribers }) { $0.isWatch }
    }

    /// Has all others say something if they have been silent since that moment.
    ///
    /// - Returns: since when they are silent now.
    func keepStreamsAlive(silentSince moment: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let (subscribers, spokenAt) = state.withLock { state -> ([Int: Subscriber], ContinuousClock.Instant) in
            guard state.spokenAt <= moment else { return ([:], state.spokenAt) }
            state.spokenAt = .now
            return (state.subscribers, state.spokenAt)
        }
        send(.keepAlive, to: subscribers) { !$0.isWatch }
        return spokenAt
    }

    /// Ends the streams of those whose login is over, whose token has expired, or who are no users any more.
    func endInvalid() {
        let subscribers = state.withLock { $0.subscribers }
        for (key, subscriber) in subscribers where !(subscriber.isStillValid?() ?? true) {
            subscriber.continuation.finish()
            remove(key)
        }
    }

    private func send(
        _ item: Subscriber.Item, to subscribers: [Int: Subscriber], where isMeant: (Subscriber) -> Bool = { _ in true }
    ) {
        var live: [ObjectIdentifier: [(key: Int, subscriber: Subscriber)]] = [:]
        for (key, subscriber) in subscribers where isMeant(subscriber) {
            if let writer = subscriber.live {
                live[ObjectIdentifier(writer.channel.eventLoop), default: []].append((key, subscriber))
            } else if !subscriber.send(item) {
                remove(key)
            }
        }
        for (id, subscribers) in live {
            if let loop = subscribers[0].subscriber.live?.channel.eventLoop {
                writers(of: loop, id).send(item, to: subscribers)
            }
        }
    }

    private func writers(of loop: any EventLoop, _ id: ObjectIdentifier) -> LiveWriters {
        state.withLock { state in
            if let writers = state.writers[id] { return writers }
            let writers = LiveWriters(of: loop) { [weak self] key in self?.remove(key) }
            state.writers[id] = writers
            return writers
        }
    }

    /// Ends every stream and admits no new one.
    func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            return state.subscribers
        }
        for subscriber in subscribers.values { subscriber.continuation.finish() }
    }
}
