import ArgumentParser
import EventLog
import SQLiteEventStore

/// How far in a log, on the command line: to a position, or to a time, which means to the last event that was recorded then or
/// before.
enum PointInLog: Sendable, Hashable, ExpressibleByArgument {
    case position(Position)
    case moment(Timestamp)

    /// Nil unless it is a position from 1 on, or RFC 3339.
    init?(argument: String) {
        if let position = Position(argument) {
            guard position >= 1 else { return nil }
            self = .position(position)
        } else if let moment = Timestamp(rfc3339: argument) {
            self = .moment(moment)
        } else {
            return nil
        }
    }

    /// The position of the last event that counts.
    ///
    /// - Throws: `LogCommandError` where the log has no such event.
    func position(in log: LogReader) throws -> Position {
        let last = try log.lastPosition
        switch self {
        case .position(let position):
            guard position <= last else { throw LogCommandError.beyondTheEnd(position, last: last) }
            return position
        case .moment(let moment):
            let position = try log.lastPosition(at: moment)
            guard position > 0 else {
                throw LogCommandError.beforeTheBeginning(
                    moment, first: try log.read(from: 1, limit: 1).first?.recordedAt)
            }
            return position
        }
    }
}
