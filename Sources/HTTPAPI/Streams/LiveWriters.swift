import NIOCore

/// Has the live writers of one event loop write, some at a time, so that other connections get their turn between.
final class LiveWriters: Sendable {
    private static let turn = 256

    private typealias Entry = (key: Int, subscriber: Subscriber)

    private struct Round {
        let item: Subscriber.Item
        var subscribers: ArraySlice<Entry>
    }

    private struct State {
        /// In no order.
        var entries: [Entry] = []
        var places: [Int: Int] = [:]
        var rounds: [Round] = []
    }

    private let loop: any EventLoop
    private let state: NIOLoopBoundBox<State>
    /// Hears of a subscriber that is not there any more, or has not kept up.
    private let isGone: @Sendable (Int) -> Void

    init(of loop: any EventLoop, isGone: @escaping @Sendable (Int) -> Void) {
        self.loop = loop
        self.isGone = isGone
        state = .makeBoxSendingValue(State(), eventLoop: loop)
    }

    /// The subscriber gets everything that is sent from now on.
    func add(_ subscriber: Subscriber, _ key: Int) {
        loop.execute { [self] in
            state.withValue { state in
                state.places[key] = state.entries.count
                state.entries.append((key, subscriber))
            }
        }
    }

    func remove(_ key: Int) {
        loop.execute { [self] in
            state.withValue { state in
                guard let place = state.places.removeValue(forKey: key) else { return }
                let last = state.entries.removeLast()
                guard last.key != key else { return }
                state.entries[place] = last
                state.places[last.key] = place
            }
        }
    }

    /// Sends an item to all, after everything that was sent before.
    func send(_ item: Subscriber.Item) {
        loop.execute { [self] in
            let isFirst = state.withValue { state in
                state.rounds.append(Round(item: item, subscribers: state.entries[...]))
                return state.rounds.count == 1
            }
            if isFirst { takeTurn() }
        }
    }

    private func takeTurn() {
        let (item, subscribers) = state.withValue { state in
            let round = state.rounds[0]
            state.rounds[0].subscribers = round.subscribers.dropFirst(Self.turn)
            return (round.item, round.subscribers.prefix(Self.turn))
        }
        for (key, subscriber) in subscribers {
            if subscriber.live?.write(item) == true { continue }
            if !subscriber.send(item) { isGone(key) }
        }
        let isDone = state.withValue { state in
            if state.rounds[0].subscribers.isEmpty { state.rounds.removeFirst() }
            return state.rounds.isEmpty
        }
        if !isDone { loop.execute { self.takeTurn() } }
    }
}
