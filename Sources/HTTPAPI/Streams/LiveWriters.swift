import NIOCore

/// Has the live writers of one event loop write, some at a time, so that other connections get their turn between.
final class LiveWriters: Sendable {
    private static let turn = 256

    private struct Round {
        let item: Subscriber.Item
        var subscribers: ArraySlice<(key: Int, subscriber: Subscriber)>
    }

    private let loop: any EventLoop
    private let rounds: NIOLoopBoundBox<[Round]>
    /// Hears of a subscriber that is not there any more, or has not kept up.
    private let isGone: @Sendable (Int) -> Void

    init(of loop: any EventLoop, isGone: @escaping @Sendable (Int) -> Void) {
        self.loop = loop
        self.isGone = isGone
        rounds = .makeBoxSendingValue([], eventLoop: loop)
    }

    /// Sends an item to each of them, after everything that was sent before.
    func send(_ item: Subscriber.Item, to subscribers: [(key: Int, subscriber: Subscriber)]) {
        loop.execute { [self] in
            rounds.value.append(Round(item: item, subscribers: subscribers[...]))
            if rounds.value.count == 1 { takeTurn() }
        }
    }

    private func takeTurn() {
        let round = rounds.value[0]
        for (key, subscriber) in round.subscribers.prefix(Self.turn) {
            if subscriber.live?.write(round.item) == true { continue }
            if !subscriber.send(round.item) { isGone(key) }
        }
        rounds.value[0].subscribers = round.subscribers.dropFirst(Self.turn)
        if rounds.value[0].subscribers.isEmpty { rounds.value.removeFirst() }
        if !rounds.value.isEmpty { loop.execute { self.takeTurn() } }
    }
}
