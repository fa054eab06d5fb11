/// That the log was put back to an earlier state.
package struct LogRestored: Sendable, Hashable {
    /// The last event that was left: what had been acknowledged after it is not in the log.
    package var position: Position
    /// When the backup was made; nil where the log came from a replica, of which nobody has noted that.
    package var backupMadeAt: Timestamp?
    package var restoredAt: Timestamp

    package init(position: Position, backupMadeAt: Timestamp?, restoredAt: Timestamp) {
        self.position = position
        self.backupMadeAt = backupMadeAt
        self.restoredAt = restoredAt
    }

    func write(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.member("backup_made_at", backupMadeAt)
        writer.member("restored_at", restoredAt)
    }

    package init(_ payload: PayloadReader) throws {
        self.init(
            position: try payload.int("position"), backupMadeAt: try payload.optionalTimestamp("backup_made_at"),
            restoredAt: try payload.timestamp("restored_at"))
    }
}
