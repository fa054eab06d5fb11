import Dispatch
import Synchronization

/// Commands on their way to the writer: bounded, so that an overload is said early instead of piling up.
final class CommandQueue: Sendable {
    final class Entry: Sendable {
        let command: Command
        let origin: Origin
        let reply: Ledger.Reply

        init(command: Command, origin: Origin, reply: @escaping Ledger.Reply) {
            self.command = command
            self.origin = origin
            self.reply = reply
        }
    }

    private struct State {
        var entries: [Entry] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let lengthMax: Int

    init(lengthMax: Int) {
        self.lengthMax = lengthMax
    }

    /// - Parameter isBounded: false for the ledger's own commands: no flood of callers may silence the clock or lose
    ///   the outcome of an action.
    /// - Throws: `CommandError` where the entry was not taken; its reply is not called then.
    func append(_ entry: Entry, isBounded: Bool = true) throws(CommandError) {
        let taken: Result<Bool, CommandError> = state.withLock { state in
            if state.isClosed { return .failure(.unavailable("the server is shutting down")) }
            if isBounded, state.entries.count >= lengthMax { return .failure(.overloaded) }
            state.entries.append(entry)
            return .success(state.entries.count == 1)
        }
        // The writer sleeps only on an empty queue: one signal for the first entry wakes it for all.
        if try taken.get() { filled.signal() }
    }

    /// Waits for entries and takes up to `limit` of them; nil once the queue is closed and empty.
    func take(limit: Int) -> [Entry]? {
        while true {
            let taken: [Entry]? = state.withLock { state in
                if state.entries.isEmpty { return state.isClosed ? nil : [] }
                let count = min(limit, state.entries.count)
                let taken = Array(state.entries.prefix(count))
                state.entries.removeFirst(count)
                return taken
            }
            guard let taken else { return nil }
            if !taken.isEmpty { return taken }
            filled.wait()
        }
    }

    /// Takes no more entries; those that wait are still served.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }

    var length: Int { state.withLock { $0.entries.count } }
}
