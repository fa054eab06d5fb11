import EventLog

/// Where a log ends: the last event that it holds.
package struct LogEnd: Sendable, Hashable {
    package let position: Position
    package let eventID: EventID

    package init(position: Position, eventID: EventID) {
        self.position = position
        self.eventID = eventID
    }
}
