import EventLog

/// Where an entry stands: after its event's position the number of the entry, for an event has up to four. One number
/// orders all entries.
package struct AuditPlace: Sendable, Hashable, Comparable {
    /// Entries that an event may have.
    private static let partsMax = 4

    package let number: Int

    package init(position: Position, part: Int) {
        number = position * Self.partsMax + part
    }

    package init(number: Int) {
        self.number = number
    }

    package var position: Position { number / Self.partsMax }

    package var part: Int { number % Self.partsMax }

    /// The last place that an event may have.
    package static func end(of position: Position) -> AuditPlace {
        AuditPlace(position: position, part: partsMax - 1)
    }

    package static func < (left: AuditPlace, right: AuditPlace) -> Bool { left.number < right.number }
}
