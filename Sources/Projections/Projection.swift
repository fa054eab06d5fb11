import GRDB

/// A read model: what it makes of an event.
///
/// It is given every event once, in the order of the log, inside the transaction that moves the checkpoint. It looks
/// rows up by their keys, and by the indexes that it names: while a file is built there are no others. What it has changed
/// before it fails is taken back for it.
///
/// The tables have no triggers: of a statement that fires one with an upsert in it, SQLite keeps a journal that holds every
/// page as it was.
///
/// A value of it lives for one transaction. What it remembers of that one (keys that it has looked up, what it has counted)
/// spares it a statement for each event.
protocol Projection: SendableMetatype {
    static var name: String { get }
    /// Indexes beside those of keys that a build keeps, where it makes all others at its end.
    static var lookups: Set<String> { get }
    init()
    mutating func apply(_ event: CommittedEvent, to database: Database) throws
    /// Writes what it has only remembered. Nothing is applied after that.
    mutating func finish(in database: Database) throws
}

extension Projection {
    static var lookups: Set<String> { [] }
    func finish(in database: Database) throws {}
}
