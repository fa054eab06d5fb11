import EventLog
import SQLiteEventStore

/// Writes the events of an export into a new log, in batches.
struct LogImport {
    /// Events that are written at once.
    private static let batch = 1000

    private let store: SQLiteEventStore
    private var waiting: [RecordedEvent] = []
    /// Events that were read so far; without gaps this is the number of the line, too.
    private(set) var count = 0

    init(into store: SQLiteEventStore) {
        self.store = store
    }

    /// - Throws: `LogImportError`, `EventStoreError`.
    mutating func take(_ line: TextLine) throws {
        switch line {
        case .text(let number, let bytes):
            let event: RecordedEvent
            do throws(EntryError) {
                event = try EntryReader.event(in: bytes)
            } catch {
                throw LogImportError(line: number, reason: "holds no event of a log: \(error)")
            }
            guard event.position == count + 1 else {
                throw LogImportError(
                    line: number,
                    reason: """
                        holds the event at position \(event.position), where \(count + 1) comes next: an export begins with \
                        the first event and leaves none out
                        """)
            }
            if let contradiction = EventCheck.contradiction(in: event) {
                throw LogImportError(
                    line: number, reason: "holds an event that nobody can have recorded: \(contradiction)")
            }
            count += 1
            waiting.append(event)
            if waiting.count == Self.batch { try write() }
        case .tooLong(let number):
            throw LogImportError(line: number, reason: "is longer than any event")
        }
    }

    /// Writes what was read and not written yet.
    ///
    /// - Throws: `LogImportError`, `EventStoreError`.
    mutating func write() throws {
        do {
            try store.append(copies: waiting)
        } catch EventStoreError.wrongExpectedVersion(let stream, let expected, let current) {
            let wrong = waiting.first { $0.stream == stream && expected == .exact($0.version - 1) }
            throw LogImportError(
                line: wrong?.position ?? count,
                reason: """
                    holds version \(wrong?.version ?? 0) of the stream \(stream), where \(current + 1) comes next: versions \
                    have no gaps
                    """)
        }
        waiting.removeAll(keepingCapacity: true)
    }
}

/// Why a file is no export of a log, and in which line.
struct LogImportError: Error, Hashable, CustomStringConvertible {
    let line: Int
    let reason: String

    var description: String { "line \(line) \(VisibleText.line(reason))" }
}
