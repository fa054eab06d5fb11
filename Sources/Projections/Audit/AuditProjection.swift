import EventLog
import GRDB
import Governance

/// The audit index: at least one row for every event of the log, whatever it is.
///
/// It takes every event: what it cannot relate to a decision stands alone.
enum AuditProjection: Projection {
    static let name = "audit"
    /// What came last, and who has approved a decision.
    static let lookups: Set = ["entries_by_time", "entries_of_subject"]

    static func apply(_ event: CommittedEvent, to database: Database) throws {
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

    // MARK: The decision

    /// The decision after the event; nil for one that nobody has submitted.
    private static func fold(
        _ event: DecisionEvent, _ recorded: RecordedEvent, in database: Database
    ) throws -> AuditSubject? {
        let known = try AuditSubject.find(event.decisionID, in: database)
        if case .submitted(let submitted) = event, known == nil {
            let target = try key(
                of: submitted.context.target, select: "SELECT target FROM targets WHERE name = ?",
                insert: "INSERT INTO targets (name) VALUES (?)", in: database)
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
    private static func isLate(_ recorded: RecordedEvent, in database: Database) throws -> Bool {
        let latest = try database.integer("SELECT max(recorded_at) FROM entries WHERE is_late = 0")
        return latest.map { recorded.recordedAt.microseconds < $0 } ?? false
    }

    private static func insert(
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
            "INSERT OR FAIL INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(AuditPlace(position: recorded.position, part: part).number), .time(recorded.recordedAt),
                .flag(isLate), .integer(fact.type.rawValue), .integer(kind.rawValue), .integer(actor),
                .optional(try session(fact.sessionID, in: database)), .optional(subject?.submittedPosition),
                .optional(subject?.target), .optional(subject?.riskLevel), .optional(subject?.automationLevel),
                .optional(subject?.status), .integer(tags.rawValue), .optional(subject?.slaOutcome?.auditCode),
                .optional(month), waited.map { .integer($0) } ?? .null, .optional(fact.reason),
            ])
        try database.run(
            "INSERT OR FAIL INTO entry_counts VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            [.integer(fact.type.rawValue)])
    }

    /// How the contract calls the actor, and who is behind it.
    private static func actor(
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

    private static func key(of actor: AuditActor, in database: Database) throws -> Int {
        let values: [BoundValue] = [.integer(actor.kind.rawValue), .text(actor.id)]
        let known = try database.integer("SELECT actor FROM actors WHERE actor_type = ? AND actor_id = ?", values)
        if let known { return Int(known) }
        try database.run("INSERT INTO actors (actor_type, actor_id) VALUES (?, ?)", values)
        return Int(database.lastInsertedRowID)
    }

    private static func session(_ sessionID: String?, in database: Database) throws -> Int? {
        guard let sessionID else { return nil }
        return try key(
            of: sessionID, select: "SELECT session FROM sessions WHERE session_id = ?",
            insert: "INSERT INTO sessions (session_id) VALUES (?)", in: database)
    }

    private static func key(
        of name: String, select: String, insert: String, in database: Database
    ) throws -> Int {
        if let known = try database.integer(select, [.text(name)]) { return Int(known) }
        try database.run(insert, [.text(name)])
        return Int(database.lastInsertedRowID)
    }
}
