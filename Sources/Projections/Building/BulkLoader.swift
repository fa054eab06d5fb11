import EventLog
import GRDB

/// Fills the empty tables of a model from the whole log. What it makes is row for row what the projections make.
///
/// One thread reads ahead and prepares, another one takes: preparing must need nothing but the events themselves.
protocol BulkLoader: SendableMetatype {
    associatedtype Chunk: BulkChunk

    /// Begins on tables in which nothing stands yet.
    init(model: ViewsModel, database: Database, log: any EventStore) throws

    /// The next events from that position on, none beyond `end`; nil where there are none.
    static func read(_ log: any EventStore, from position: Position, upTo end: Position) throws -> Chunk?

    mutating func take(_ chunk: Chunk) throws

    /// Writes what is left in memory. The tables and their indexes are then those of a model that has seen
    /// every chunk.
    mutating func finish() throws
}

/// Some events in the order of the log, prepared.
protocol BulkChunk: Sendable {
    /// The last event.
    var checkpoint: Checkpoint { get }
}
