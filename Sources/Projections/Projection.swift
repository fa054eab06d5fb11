import GRDB

/// A read model: what it makes of an event.
///
/// It is given every event once, in the order of the log, inside the transaction that moves the checkpoint. It looks
/// rows up by their keys alone: while a file is built there are no other indexes.
protocol Projection: Sendable {
    static var name: String { get }
    static func apply(_ event: CommittedEvent, to database: Database) throws
}
