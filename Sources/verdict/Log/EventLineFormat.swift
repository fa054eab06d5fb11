import ArgumentParser
import EventLog
import Evidence

/// How `verdict events` shows an event.
enum EventLineFormat: String, Sendable, CaseIterable, ExpressibleByArgument {
    case text, cloudevents

    /// The event as a line, with its end.
    ///
    /// - Throws: `EventStoreError.corrupt` for an entry that is more than a line.
    func line(of event: RecordedEvent) throws -> [UInt8] {
        switch self {
        case .text: Array((Self.text(of: event) + "\n").utf8)
        case .cloudevents: try EventEntry(event).line
        }
    }

    /// Position, time, type, stream, who, and what it says.
    private static func text(of event: RecordedEvent) -> String {
        let columns = [
            padded(String(event.position), to: 8, before: true), event.recordedAt.rfc3339,
            padded(VisibleText.line(event.type), to: 24), VisibleText.line(event.stream.text),
            VisibleText.line(event.actor), EventGist.text(of: event),
        ]
        return columns.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private static func padded(_ text: String, to width: Int, before: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - text.count))
        return before ? padding + text : text + padding
    }
}
