import EventLog
import Projections

/// The compliance report of a period (governance-api 9).
package struct ComplianceReport: Sendable {
    package let start: Timestamp
    package let end: Timestamp
    package let hastySeconds: Int
    package let figures: ComplianceFigures
    /// The last event that is covered; nil where there is none.
    package let lastEvent: RecordedEvent?
    package let hasty: [AuditRecord]
    package let automated: [AuditRecord]

    init(
        start: Timestamp, end: Timestamp, hastySeconds: Int, figures: ComplianceFigures, log: any EventStore
    ) throws {
        self.start = start
        self.end = end
        self.hastySeconds = hastySeconds
        self.figures = figures
        lastEvent = try log.read(positions: [figures.position])[figures.position]
        hasty = try AuditRecord.all(figures.hastyEntries, from: log)
        automated = try AuditRecord.all(figures.automatedEntries, from: log)
    }

    /// When the report was made, as far as it matters: the time of the last event that it covers. Where there is none it
    /// is the beginning of the period.
    package var generatedAt: Timestamp { lastEvent?.recordedAt ?? start }

    /// The same for the same period, parameters and log.
    package var reportID: String {
        let name = """
            verdict hitl_compliance
            \(start.rfc3339) \(end.rfc3339) \(hastySeconds)
            \(figures.position) \(lastEvent?.id.text ?? "")
            """
        return DerivedID.uuid(of: Array(name.utf8))
    }
}
