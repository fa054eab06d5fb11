import GRDB

/// A read model: what it makes of an event.
///
/// It is given every event once, in the order of the log, inside the transaction that moves the checkpoint. It looks
/// rows up by their keys, and by the indexes that it names: while a file is built there are no others. What it has changed
/// before it fails is taken back for it: so a statement that fires triggers says `OR FAIL`, which spares SQLite a copy of every
/// page that it touches.
protocol Projection: Sendable {
    static var name: String { get }
    /// Indexes beside those of keys that a build keeps, where it makes all others at its end.
    static var lookups: Set<String> { get }
    static func apply(_ event: CommittedEvent, to database: Database) throws
}

extension Projection {
    static var lookups: Set<String> { [] }
}
