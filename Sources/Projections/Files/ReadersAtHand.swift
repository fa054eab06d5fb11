import Foundation
import GRDB
import Synchronization

/// A few read-only connections for queries that touch a few pages: such a query runs at once, on the thread that asks.
///
/// A pool hands every query to a thread of its own, and that costs more than the query. Nobody waits for one of these
/// connections, though: the threads that serve requests are few, and those that waited could keep the one from running
/// that is to give a connection back.
final class ReadersAtHand: Sendable {
    private struct State {
        var idle: [DatabaseQueue] = []
        var opened = 0
        var isClosed = false
    }

    /// One for each thread that serves requests.
    private static let readersMax = ProcessInfo.processInfo.activeProcessorCount

    private let path: String
    private let configuration: Configuration
    private let state = Mutex(State())

    /// - Parameter label: what the connections are called where somebody looks at them.
    init(path: String, label: String) {
        self.path = path
        var configuration = Configuration()
        configuration.label = label
        configuration.readonly = true
        configuration.busyMode = .immediateError
        self.configuration = configuration
    }

    /// What the one statement of the body finds; nil where no connection is at hand, or none can read the file at once.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value? {
        do {
            guard let reader = try taken() else { return nil }
            defer { giveBack(reader) }
            return try reader.unsafeRead(body)
        } catch is DatabaseError {
            return nil
        }
    }

    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for reader in idle { try? reader.close() }
    }

    private func taken() throws -> DatabaseQueue? {
        let (idle, mayOpen) = state.withLock { state -> (DatabaseQueue?, Bool) in
            if let idle = state.idle.popLast() { return (idle, false) }
            guard !state.isClosed, state.opened < Self.readersMax else { return (nil, false) }
            state.opened += 1
            return (nil, true)
        }
        guard mayOpen else { return idle }
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            state.withLock { $0.opened -= 1 }
            throw error
        }
    }

    private func giveBack(_ reader: DatabaseQueue) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.idle.append(reader) }
            return state.isClosed
        }
        if isClosed { try? reader.close() }
    }
}
