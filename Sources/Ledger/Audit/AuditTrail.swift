import EventLog
import Projections

/// What auditors ask, answered from the index and the log together.
package struct AuditTrail: Sendable {
    private let source: any AuditSource
    private let log: any EventStore
    private let asOf: Position?

    /// - Parameter asOf: the last event that counts; nil for the last one of the log.
    package init(source: any AuditSource, log: any EventStore, asOf: Position? = nil) {
        self.source = source
        self.log = log
        self.asOf = asOf
    }

    /// The last event that counts: what is asked as of there does not change while the log grows.
    package var position: Position {
        get throws { try asOf ?? log.lastPosition }
    }

    // MARK: Entries

    package struct Page: Sendable {
        package let records: [AuditRecord]
        /// Where the next page begins; nil after the last one.
        package let next: AuditBookmark?
    }

    /// A part of the entries that a question asks for.
    ///
    /// - Throws: `AuditIndexError`, `EventStoreError`.
    package func page(
        _ question: AuditQuestion, _ order: AuditOrder, limit: Int, offset: Int = 0,
        after bookmark: AuditBookmark? = nil,
        asOf position: Position
    ) async throws -> Page {
        let log = log
        return try await source.read(upTo: position) { index in
            let page = try index.page(
                question, order, limit: limit, offset: offset, after: bookmark, asOf: position)
            return Page(records: try AuditRecord.all(page.rows, from: log), next: page.next)
        }
    }

    /// How many entries a question asks for; more than `max` are not counted.
    package func count(_ question: AuditQuestion, asOf position: Position, max: Int) async throws -> AuditCount {
        try await source.read(upTo: position) { try $0.count(question, asOf: position, max: max) }
    }

    // MARK: Deadlines

    /// Deadlines met and missed in that time, by month and risk.
    package func slaMonths(from: Timestamp?, until: Timestamp?) async throws -> [SLAMonth] {
        let position = try position
        return try await source.read(upTo: position) {
            try $0.slaMonths(from: from, until: until, asOf: position)
        }
    }

    // MARK: One decision

    /// The whole story of a decision; nil for one that was never submitted.
    package func story(of decisionID: String) async throws -> DecisionStory? {
        let (position, log) = (try position, log)
        return try await source.read(upTo: position) { index in
            var question = AuditQuestion()
            question.decisionIDs = [decisionID]
            let page = try index.page(
                question, AuditOrder(descending: false), limit: .max - 1, asOf: position)
            return try DecisionStory(AuditRecord.all(page.rows, from: log), log: log, asOf: position)
        }
    }

    // MARK: A period

    /// The compliance report of a period, both ends included. The same period has the same report, to the byte, whenever
    /// it is asked for after its end.
    ///
    /// - Parameters:
    ///   - start: the first moment of the log where it is nil, `end` likewise the last one.
    ///   - hastySeconds: approvals and rejections that came sooner after the question are counted as hasty.
    package func report(from start: Timestamp?, until end: Timestamp?, hastySeconds: Int) async throws
        -> ComplianceReport
    {
        let (position, log) = (try position, log)
        return try await source.read(upTo: position) { index in
            let span = try span(of: index)
            let beginning = Timestamp(microseconds: 0)
            let period = (
                start: start ?? span?.lowerBound ?? end ?? beginning,
                end: end ?? span?.upperBound ?? start ?? beginning
            )
            let figures = try index.complianceFigures(
                from: period.start, until: period.end, hasty: .seconds(hastySeconds), asOf: position)
            return try ComplianceReport(
                start: period.start, end: period.end, hastySeconds: hastySeconds, figures: figures, log: log)
        }
    }

    /// From the first moment that counts to the last one; nil for an empty log.
    private func span(of index: AuditReader) throws -> ClosedRange<Timestamp>? {
        guard let span = try index.timeSpan() else { return nil }
        guard let asOf else { return span }
        guard let last = try log.read(from: asOf, limit: 1).first, asOf > 0 else { return nil }
        return span.lowerBound...max(span.lowerBound, min(span.upperBound, last.recordedAt))
    }
}
