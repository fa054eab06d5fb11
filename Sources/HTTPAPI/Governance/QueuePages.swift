import EventLog
import Ledger
import Projections
import Synchronization

/// A page of the queue with the figures around it.
struct QueuePage: Sendable {
    let counts: [DecisionCount]
    let figures: QueueFigures
    /// A JSON array.
    let decisions: [UInt8]

    init(_ views: ViewReader, limit: Int, at now: Timestamp) throws {
        counts = try views.decisionCounts().filter(\.isQueued)
        figures = try views.queueFigures(at: now)
        let rows = try views.queue(limit: limit)
        var writer = JSONWriter(reservingCapacity: rows.count * 768)
        writer.array { writer in
            for row in rows { FlatDecision(row).writeElement(to: &writer, in: .canonical) }
        }
        decisions = writer.bytes
    }
}

/// The first pages of the queue as they were last read: whoever looks at the queue looks at the same ones, again and again.
final class QueuePages: Sendable {
    private static let pagesMax = 4
    private static let pageSizeBytesMax = 1 << 20

    private struct State {
        /// The change of the views after which the pages were read.
        var change = 0
        var pages: [Int: QueuePage] = [:]
    }

    private let state = Mutex(State())

    /// The first decisions of the queue, from a state that has seen everything announced before the call.
    func page(limit: Int, of views: Views, at now: Timestamp) async throws -> QueuePage {
        // Taken first: what is read afterwards is that state, or a later one.
        let change = await views.change
        let kept = state.withLock { $0.change == change ? $0.pages[limit] : nil }
        if let kept, kept.figures.hold(at: now) { return kept }
        let page = try await views.read { try QueuePage($0, limit: limit, at: now) }
        if page.decisions.count <= Self.pageSizeBytesMax { keep(page, limit, change) }
        return page
    }

    private func keep(_ page: QueuePage, _ limit: Int, _ change: Int) {
        state.withLock { state in
            if state.change != change { state = State(change: change) }
            if state.pages[limit] == nil, state.pages.count == Self.pagesMax { state.pages = [:] }
            state.pages[limit] = page
        }
    }
}
