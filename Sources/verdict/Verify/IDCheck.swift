import EventLog

/// Finds ids that two events share. Keeps 24 bytes an event.
struct IDCheck {
    private struct Entry {
        let id: EventID
        let position: Position

        func isBefore(_ other: Entry) -> Bool {
            (id.high, id.low, position) < (other.id.high, other.id.low, other.position)
        }
    }

    private var entries: [Entry] = []

    mutating func append(_ event: RecordedEvent) {
        entries.append(Entry(id: event.id, position: event.position))
    }

    mutating func findings() -> [String] {
        entries.sort { $0.isBefore($1) }
        return zip(entries, entries.dropFirst()).filter { $0.id == $1.id }.map { first, second in
            "the events \(first.position) and \(second.position) have the same id \(first.id.text)"
        }
    }
}
