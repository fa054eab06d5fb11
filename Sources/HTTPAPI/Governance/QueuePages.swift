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
    /// Its elements.
    private let elements: [QueueHead: [UInt8]]

    var size: Int { elements.count }

    /// - Parameter earlier: a page whose elements are taken over where they have not changed: to read and to write one costs
    ///   many times as much as to look at its version.
    init(_ views: ViewReader, limit: Int, at now: Timestamp, knowing earlier: QueuePage? = nil) throws {
        counts = try views.decisionCounts().filter(\.isQueued)
        figures = try views.queueFigures(at: now)
        let heads = try views.queueHeads(limit: limit)
        var elements: [QueueHead: [UInt8]] = [:]
        elements.reserveCapacity(heads.count)
        var writer = JSONWriter(reservingCapacity: heads.count * 768)
        try writer.array { writer in
            for head in heads {
                guard let element = try earlier?.elements[head] ?? Self.element(head, views) else { continue }
                elements[head] = element
                writer.raw(element)
            }
        }
        decisions = writer.bytes
        self.elements = elements
    }

    private static func element(_ head: QueueHead, _ views: ViewReader) throws -> [UInt8]? {
        guard let row = try views.decision(submittedAt: head.position) else { return nil }
        var writer = JSONWriter(reservingCapacity: 768)
        FlatDecision(row).writeElement(to: &writer, in: .canonical)
        return writer.bytes
    }
}

/// The first pages of the queue as they were last read: whoever looks at the queue looks at the same ones, again and again.
final class QueuePages: Sendable {
    private static let pagesMax = 4
    private static let pageSizeBytesMax = 1 << 20

    private struct Kept {
        let page: QueuePage
        /// The change of the views after which the page was read.
        let change: Int
        /// The views that it was read from.
        let generation: Int
    }

    /// By their limits.
    private let pages = Mutex<[Int: Kept]>([:])

    /// The first decisions of the queue, from a state that has seen everything announced before the call.
    func page(limit: Int, of views: Views, at now: Timestamp) async throws -> QueuePage {
        // Taken first: what is read afterwards is that state, or a later one.
        let change = await views.change
        let generation = views.generation
        let pages = pages.withLock { $0 }
        if let kept = pages[limit], kept.change == change, kept.page.figures.hold(at: now) { return kept.page }
        // Views that were made anew have all their rows anew.
        let earlier = pages.values.filter { $0.generation == generation }.map(\.page).max { $0.size < $1.size }
        let page = try await views.read { try QueuePage($0, limit: limit, at: now, knowing: earlier) }
        if page.decisions.count <= Self.pageSizeBytesMax {
            keep(Kept(page: page, change: change, generation: generation), limit)
        }
        return page
    }

    /// The same page for whoever has waited for the views, where it is kept and still is what it was.
    func keptPage(limit: Int, of views: Views, at now: Timestamp) -> QueuePage? {
        let change = views.changeNow
        guard let kept = pages.withLock({ $0[limit] }), kept.change == change, kept.page.figures.hold(at: now) else {
            return nil
        }
        return kept.page
    }

    private func keep(_ kept: Kept, _ limit: Int) {
        pages.withLock { pages in
            if pages[limit] == nil, pages.count == Self.pagesMax { pages.remove(at: pages.startIndex) }
            pages[limit] = kept
        }
    }
}
