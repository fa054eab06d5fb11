import Synchronization

/// Names that are collected from many tasks, and the moment at which there are so many of them.
final class Milestone: Sendable {
    private let names = Mutex<[String]>([])
    private let count: Int
    private let reached: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(at count: Int) {
        self.count = count
        (reached, signal) = AsyncStream.makeStream()
    }

    func add(_ name: String) {
        let now = names.withLock { names in
            names.append(name)
            return names.count
        }
        if now == count { signal.finish() }
    }

    var all: [String] { names.withLock { $0 } }

    /// Returns when there are as many names; for one task.
    func wait() async {
        for await _ in reached {}
    }
}
