import EventLog
import GRDB

/// Fills the tables of any model, by its projections.
struct ProjectingLoader: BulkLoader {
    struct Chunk: BulkChunk {
        let events: [CommittedEvent]
        let checkpoint: Checkpoint
    }

    private static let chunkEvents = 1000

    private let applier: EventApplier
    private let database: Database
    private var setAside: SetAside

    init(model: ViewsModel, database: Database, log: any EventStore) throws {
        applier = EventApplier(projections: model.projections)
        self.database = database
        let lookups = Set(model.projections.flatMap { $0.lookups })
        setAside = try SetAside(database) { !$0.isUnique && !lookups.contains($0.name) }
    }

    static func read(_ log: any EventStore, from position: Position, upTo end: Position) throws -> Chunk? {
        let events = try log.read(from: position, limit: min(chunkEvents, end - position + 1))
        guard let last = events.last else { return nil }
        return Chunk(
            events: events.map { CommittedEvent($0) },
            checkpoint: Checkpoint(position: last.position, eventID: last.id))
    }

    func take(_ chunk: Chunk) throws {
        try applier.apply(chunk.events, to: database)
    }

    mutating func finish() throws {
        try setAside.restore()
    }
}
