import NIOCore
import Synchronization

/// What the backend of a measurement knows of each stream, by the number in its URL.
final class CallbackLog: Sendable {
    private struct State {
        var tokens: [Int: String] = [:]
        var answeredAt: [Int: NIODeadline] = [:]
    }

    private let state = Mutex(State())

    func answered(_ number: Int, token: String) {
        state.withLock { state in
            state.tokens[number] = token
            state.answeredAt[number] = .now()
        }
    }

    var tokens: [String] { state.withLock { Array($0.tokens.values) } }

    func answeredAt(_ number: Int) -> NIODeadline? { state.withLock { $0.answeredAt[number] } }
}
