import EventLog
import GRDB
import Governance

/// The audit index: at least one row for every event of the log, whatever it is.
///
/// It takes every event: what it cannot relate to a decision stands alone.
struct AuditProjection: Projection {
    static let name = "audit"
    /// What came last, and who has approved a decision.
    static let lookups: Set = ["entries_by_time", "entries_of_subject"]

    private struct Deadline: Hashable {
        let month: Int
        let riskLevel: Int
        let outcome: Int
    }

    /// The time of the last entry that was not late; nil before anybody asked, and for none.
    private var latest: Int64??
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
        let isLate = try isLate(recorded, in: database)
        for (part, fact) in AuditFact.all(of: event).enumerated() {
            try insert(fact, part, recorded, isLate: isLate, subject, into: database)
        }
    }

    func finish(in database: Database) throws {
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
        let known = try AuditSubject.find(event.decisionID, in: database)
        if case .submitted(let submitted) = event, known == nil {
            let target = try Self.key(
                of: AuditName(text: submitted.context.target), in: &targets,
                select: "SELECT target FROM targets WHERE name = ?", insert: "INSERT INTO targets (name) VALUES (?)",
                database)
            let subject = AuditSubject(submitted, at: recorded.position, target: target)
            try subject.insert(submitted, into: database)
            return subject
        }
        guard var subject = known else { return nil }
        subject.take(event, recorded)
        try subject.update(in: database)
        return subject
    }

    // MARK: The entry

    /// Whether an earlier event has a later time.
    private mutating func isLate(_ recorded: RecordedEvent, in database: Database) throws -> Bool {
        let time = recorded.recordedAt.microseconds
        let known = try latest ?? database.integer("SELECT max(recorded_at) FROM entries WHERE is_late = 0")
        latest = .some(max(known ?? time, time))
        return known.map { time < $0 } ?? false
    }

    private mutating func insert(
        _ fact: AuditFact, _ part: Int, _ recorded: RecordedEvent, isLate: Bool, _ subject: AuditSubject?,
        into database: Database
    ) throws {
        let (kind, actor) = try actor(of: fact, subject, in: database)
        var tags = fact.tags
        if subject?.slaOutcome == .missed { tags.insert(.slaViolation) }
        let isAfterwards = subject.map { $0.submittedPosition < recorded.position } ?? false
        let waited = isAfterwards ? subject.map { max(0, (recorded.recordedAt - $0.createdAt).microseconds) } : nil
        let month = subject?.slaOutcome == nil ? nil : Month(of: recorded.recordedAt).number
        try database.run(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(AuditPlace(position: recorded.position, part: part).number), .time(recorded.recordedAt),
                .flag(isLate), .integer(fact.type.rawValue), .integer(kind.rawValue), .integer(actor),
                .optional(try session(fact.sessionID, in: database)), .optional(subject?.submittedPosition),
                .optional(subject?.target), .optional(subject?.riskLevel), .optional(subject?.automationLevel),
                .optional(subject?.status), .integer(tags.rawValue), .optional(subject?.slaOutcome?.auditCode),
                .optional(month), waited.map { .integer($0) } ?? .null, .optional(fact.reason),
            ])
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

/// What stands once in the index, under a number. Names are told apart by their bytes, as SQLite does.
private struct AuditName: Hashable {
    var kind: AuditActor.Kind?
    let text: String

    var columns: [BoundValue] { (kind.map { [.integer($0.rawValue)] } ?? []) + [.text(text)] }

    static func == (left: AuditName, right: AuditName) -> Bool {
        left.kind == right.kind && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
