import NIOCore
import Synchronization

/// What the backend of a measurement knows of each stream, by the number in its URL.
final class CallbackLog: Sendable {
    private struct State {
        var tokens: [Int: String] = [:]
        var answeredAt: [Int: NIODeadline] = [:]
        var disconnects = 0
    }

    private let state = Mutex(State())

    func answered(_ number: Int, token: String) {
        state.withLock { state in
            state.tokens[number] = token
            state.answeredAt[number] = .now()
        }
    }

    func disconnected() {
        state.withLock { $0.disconnects += 1 }
    }

    var tokens: [String] { state.withLock { Array($0.tokens.values) } }

    var disconnects: Int { state.withLock { $0.disconnects } }

    func answeredAt(_ number: Int) -> NIODeadline? { state.withLock { $0.answeredAt[number] } }
}
