import Synchronization

/// How the commits of the writer go, for whoever asks from elsewhere.
final class CommitHealth: Sendable {
    /// A commit that takes longer is told of while it lasts.
    private static let timeMax = Duration.seconds(1)

    private struct State {
        var failure: String?
        var start: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Why the log could not be written at the last attempt; nil while all is well.
    var failure: String? { state.withLock { $0.failure } }

    /// What keeps the commit that is being made, if it takes so long that whoever waits should know.
    var delay: String? {
        guard let start = state.withLock({ $0.start }), ContinuousClock.now - start > Self.timeMax else { return nil }
        return "a commit takes longer than \(Self.timeMax): the disk is slow, or another program holds the log"
    }

    /// Makes a commit.
    func watch<Value>(_ commit: () throws -> Value) rethrows -> Value {
        state.withLock { $0.start = .now }
        defer { state.withLock { $0.start = nil } }
        let value = try commit()
        clear()
        return value
    }

    func fail(_ reason: String) { state.withLock { $0.failure = reason } }

    func clear() { state.withLock { $0.failure = nil } }
}
