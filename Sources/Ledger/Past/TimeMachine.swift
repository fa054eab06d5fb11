import Dispatch
import EventLog
import Governance
import Projections
import Synchronization

/// Answers from the read models as they were at a moment of the past.
///
/// One question is answered after the other, because each may have to read a long way through the log.
package final class TimeMachine: Sendable {
    /// What a question is about: the less of it, the faster the answer.
    package enum Scope: Sendable {
        /// One decision, without its place among others.
        case decision(String)
        case everything
    }

    /// Read models that are kept for the next question about the same time or a later one.
    private static let erasMax = 4
    /// Questions that wait.
    private static let waitingMax = 64

    /// To make the read models anew takes a part of the time that moving on takes, event by event.
    private static let costOfMovingOn = 4

    /// Below that position to begin at the first event is faster than a file.
    private static let worthAFile = 2000

    private let log: any EventStore
    /// Where read models of the past are made.
    private let path: String
    private let queue = DispatchQueue(label: "verdict-past")
    private let waiting = Mutex(0)
    private let state = Mutex(State())

    private struct State {
        /// The read models before the first event.
        var dawn: PastViews?
        /// The most recently used one stands last.
        var eras: [PastViews] = []
    }

    /// - Parameter path: of a file that is nobody else's.
    init(log: any EventStore, path: String) {
        self.log = log
        self.path = path
        PastViews.removeLeftovers(at: path)
    }

    /// - Throws: `PastError.busy`, `EventStoreError`, and what the body throws.
    package func read<Value: Sendable>(
        at position: Position, _ scope: Scope, _ body: @escaping @Sendable (ViewReader) throws -> Value
    ) async throws -> Value {
        let isAdmitted = waiting.withLock { waiting in
            guard waiting < Self.waitingMax else { return false }
            waiting += 1
            return true
        }
        guard isAdmitted else { throw PastError.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(with: Result { try answer(at: position, scope, body) })
            }
        }
    }

    private func answer<Value>(
        at position: Position, _ scope: Scope, _ body: (ViewReader) throws -> Value
    ) throws -> Value {
        switch scope {
        case .decision(let decisionID):
            let events = try log.read(stream: GovernanceEvent.decisionStream(decisionID))
            return try dawn().read(with: events.prefix { $0.position <= position }.map { CommittedEvent($0) }, body)
        case .everything:
            let era = try era(before: position)
            try era.advance(to: position, of: log)
            return try era.read(body)
        }
    }

    private func dawn() throws -> PastViews {
        if let dawn = state.withLock({ $0.dawn }) { return dawn }
        let dawn = try PastViews()
        state.withLock { $0.dawn = dawn }
        return dawn
    }

    /// Read models that are not later than the position. Those that fail on their way are not kept.
    private func era(before position: Position) throws -> PastViews {
        let eras = state.withLock { $0.eras }
        let reached = try eras.map { (era: $0, position: try $0.position()) }
        let nearest = reached.filter { $0.position <= position }.max { $0.position < $1.position }
        let isNear = nearest.map { (position - $0.position) * Self.costOfMovingOn <= position } ?? false
        let chosen = try (isNear ? nearest?.era : nil) ?? newEra(at: position)
        state.withLock { state in
            state.eras = (state.eras.filter { $0 !== chosen } + [chosen]).suffix(Self.erasMax)
        }
        return chosen
    }

    private func newEra(at position: Position) throws -> PastViews {
        try position < Self.worthAFile ? PastViews() : PastViews(at: position, of: log, path: path)
    }
}
