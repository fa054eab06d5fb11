import EventLog
import GRDB
import Governance

/// The audit index: at least one row for every event of the log, whatever it is.
///
/// It takes every event: what it cannot relate to a decision stands alone.
struct AuditProjection: Projection {
    static let name = "audit"
    /// Who has approved a decision.
    static let lookups: Set = ["entries_of_subject"]

    private struct Deadline: Hashable {
        let month: Int
        let riskLevel: Int
        let outcome: Int
    }

    private var subjects = AuditSubject.Table()
    private var entries = EventRows<Entry>()
    /// The log's time before the next event, nil before anybody asked; and that of the event behind it, nil for none.
    private var latest: Int64?
    private var next: Int64?
    private var actors: [AuditName: Int] = [:]
    private var targets: [AuditName: Int] = [:]
    private var sessions: [AuditName: Int] = [:]
    private var entryCounts: [Int: Int] = [:]
    private var deadlineCounts: [Deadline: Int] = [:]

    mutating func apply(_ event: CommittedEvent, to database: Database) throws {
        let recorded = event.recorded
        var subject: AuditSubject?
        if case .decision(let decision) = event.governance {
            subject = try fold(decision, recorded, in: database)
        }
        let lateBy = try lateBy(recorded, in: database)
        for (part, fact) in AuditFact.all(of: event).enumerated() {
            try insert(fact, part, recorded, lateBy: lateBy, subject, into: database)
        }
    }

    mutating func finish(in database: Database) throws {
        try entries.flush(into: database)
        for (type, count) in entryCounts {
            try database.run(
                "INSERT INTO entry_counts VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [.integer(type), .integer(count)])
        }
        for (deadline, count) in deadlineCounts {
            try database.run(
                "INSERT INTO sla_counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [
                    .integer(deadline.month), .integer(deadline.riskLevel), .integer(deadline.outcome),
                    .integer(count),
                ])
        }
    }

    // MARK: The decision

    /// The decision after the event; nil for one that nobody has submitted.
    private mutating func fold(
        _ event: DecisionEvent, _ recorded: RecordedEvent, in database: Database
    ) throws -> AuditSubject? {
        if case .submitted(let submitted) = event {
            let target = try Self.key(
                of: AuditName(text: submitted.context.target), in: &targets,
                select: "SELECT target FROM targets WHERE name = ?", insert: "INSERT INTO targets (name) VALUES (?)",
                database)
            let subject = AuditSubject(submitted, at: recorded.position, target: target)
            if try subjects.insert(subject, submitted, into: database) { return subject }
        }
        guard var subject = try subjects.find(event.decisionID, in: database) else { return nil }
        subject.take(event, recorded)
        try subjects.update(subject, in: database)
        return subject
    }

    // MARK: The entry

    /// By how much an earlier event has a later time; 0 where none has.
    ///
    /// An event that is taken after later ones, once a dead letter, does not take the log's time beyond theirs: places are
    /// found by a time that never goes back.
    private mutating func lateBy(_ recorded: RecordedEvent, in database: Database) throws -> Int64 {
        if latest == nil {
            let place = AuditPlace(position: recorded.position, part: 0).number
            latest = try database.integer(Self.time("max(place) FROM entries WHERE place < ?"), [.integer(place)])
            next = try database.integer(Self.time("min(place) FROM entries WHERE place > ?"), [.integer(place)])
        }
        let time = recorded.recordedAt.microseconds
        let now = min(max(latest ?? time, time), next ?? .max)
        latest = now
        return now - time
    }

    private static func time(_ place: String) -> String {
        "SELECT recorded_at + late_by FROM entries WHERE place = (SELECT \(place))"
    }

    private mutating func insert(
        _ fact: AuditFact, _ part: Int, _ recorded: RecordedEvent, lateBy: Int64, _ subject: AuditSubject?,
        into database: Database
    ) throws {
        let (kind, actor) = try actor(of: fact, subject, in: database)
        var tags = fact.tags
        if subject?.slaOutcome == .missed { tags.insert(.slaViolation) }
        let isAfterwards = subject.map { $0.submittedPosition < recorded.position } ?? false
        let waited = isAfterwards ? subject.map { max(0, (recorded.recordedAt - $0.createdAt).microseconds) } : nil
        let month = subject?.slaOutcome == nil ? nil : Month(of: recorded.recordedAt).number
        let entry = Entry(
            place: AuditPlace(position: recorded.position, part: part), recordedAt: recorded.recordedAt,
            lateBy: lateBy, fact: fact, actorKind: kind, actor: actor,
            session: try session(fact.sessionID, in: database),
            subject: subject, tags: tags, month: month, waited: waited)
        try entries.insert(entry, into: database)
        entryCounts[fact.type.rawValue, default: 0] += 1
        if let month, let subject, let outcome = subject.slaOutcome {
            let deadline = Deadline(month: month, riskLevel: subject.riskLevel, outcome: outcome.auditCode)
            deadlineCounts[deadline, default: 0] += 1
        }
    }

    /// How the contract calls the actor, and who is behind it.
    private mutating func actor(
        of fact: AuditFact, _ subject: AuditSubject?, in database: Database
    ) throws -> (AuditActor.Kind, Int) {
        switch fact.author {
        case .known(let actor):
            let key = try key(of: actor, in: database)
            return (fact.type == .decisionEscalated ? .system : actor.kind, key)
        case .approver:
            // The last approval, else whoever asked.
            try entries.flush(into: database)
            let row = try database.integers(
                """
                SELECT actor_type, actor FROM entries WHERE subject = ? AND event_type IN (0, 2)
                ORDER BY place DESC LIMIT 1
                """,
                [.optional(subject?.submittedPosition)])
            if let row, let code = row[0], let actor = row[1], let kind = AuditActor.Kind(rawValue: Int(code)) {
                return (kind, Int(actor))
            }
            return (.ai, try key(of: .unnamedProgram, in: database))
        }
    }

    // MARK: Names that stand once

    private mutating func key(of actor: AuditActor, in database: Database) throws -> Int {
        try Self.key(
            of: AuditName(kind: actor.kind, text: actor.id), in: &actors,
            select: "SELECT actor FROM actors WHERE actor_type = ? AND actor_id = ?",
            insert: "INSERT INTO actors (actor_type, actor_id) VALUES (?, ?)", database)
    }

    private mutating func session(_ sessionID: String?, in database: Database) throws -> Int? {
        guard let sessionID else { return nil }
        return try Self.key(
            of: AuditName(text: sessionID), in: &sessions, select: "SELECT session FROM sessions WHERE session_id = ?",
            insert: "INSERT INTO sessions (session_id) VALUES (?)", database)
    }

    private static func key(
        of name: AuditName, in known: inout [AuditName: Int], select: String, insert: String, _ database: Database
    ) throws -> Int {
        if let key = known[name] { return key }
        let key: Int
        if let stored = try database.integer(select, name.columns) {
            key = Int(stored)
        } else {
            try database.run(insert, name.columns)
            key = Int(database.lastInsertedRowID)
        }
        known[name] = key
        return key
    }
}

/// A row of `entries`.
private struct Entry: EventRow {
    static let insertion = RowInsertion(into: "entries", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")

    let place: AuditPlace
    let recordedAt: Timestamp
    let lateBy: Int64
    let fact: AuditFact
    let actorKind: AuditActor.Kind
    let actor: Int
    let session: Int?
    let subject: AuditSubject?
    let tags: AuditTags
    let month: Int?
    let waited: Int64?

    func bind(to row: BoundStatement) {
        row.bind(place.number)
        row.bind(recordedAt)
        row.bind(lateBy)
        row.bind(fact.type.rawValue)
        row.bind(actorKind.rawValue)
        row.bind(actor)
        row.bind(session)
        row.bind(subject?.submittedPosition)
        row.bind(subject?.target)
        row.bind(subject?.riskLevel)
        row.bind(subject?.automationLevel)
        row.bind(subject?.status)
        row.bind(tags.rawValue)
        row.bind(subject?.slaOutcome?.auditCode)
        row.bind(month)
        row.bind(waited)
        row.bind(fact.reason)
    }
}

/// What stands once in the index, under a number. Names are told apart by their bytes, as SQLite does.
private struct AuditName: Hashable {
    var kind: AuditActor.Kind?
    let text: String

    var columns: [BoundValue] { (kind.map { [.integer($0.rawValue)] } ?? []) + [.text(text)] }

    static func == (left: AuditName, right: AuditName) -> Bool {
        left.kind == right.kind && left.text.hasBytes(of: right.text)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
