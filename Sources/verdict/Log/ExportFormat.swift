import ArgumentParser
import EventLog
import Evidence

/// What `verdict export` writes.
enum ExportFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    case cloudevents, csv

    /// What stands before the first event.
    var head: [UInt8] {
        switch self {
        case .cloudevents: []
        case .csv: EventTable.head
        }
    }

    /// - Throws: `EventStoreError.corrupt` where the event does not fit into a line.
    func line(of event: RecordedEvent) throws -> [UInt8] {
        switch self {
        case .cloudevents: try EventEntry(event).line
        case .csv: EventTable.row(of: event)
        }
    }
}
