import EventLog
import GRDB
import Governance

/// Fills the tables of `ViewsModel.views` ten times as fast as its projections do, with the same rows in the end.
///
/// It knows what those projections make of the events that decisions and sessions live through, and folds these in memory;
/// the counters too, which triggers keep otherwise. Everything else it gives to the projections themselves: events of
/// other domains as they come, and an event that cannot be read, or that speaks of what is not there, on finished tables.
struct GovernanceLoader: BulkLoader {
    private static let chunkEvents = 2048
    private static let folded: [any Projection.Type] = [
        DecisionsProjection.self, OperatorsProjection.self, EscalationsProjection.self, IdempotencyProjection.self,
    ]

    /// Indexes that hold little more than what is open: to keep them costs less than to read every row once more.
    private static let keptIndexes: Set = [
        "decisions_in_queue_order", "decisions_unanswered", "decisions_by_age", "decisions_by_deadline",
        "decisions_due",
    ]

    private let database: Database
    private let log: any EventStore
    private let applier: EventApplier
    /// The projections of other domains.
    private let others: EventApplier
    private var setAside: SetAside
    private var decisions: DecisionFold
    private var operators: OperatorFold
    private var counts: CountFold
    private let escalations: BoundStatement
    private let keys: BoundStatement
    private let limits: FoldLimits
    private var seen = Checkpoint(position: 0, eventID: nil)
    private var oddCount = 0
    private var isFolding = true

    init(model: ViewsModel, database: Database, log: any EventStore) throws {
        try self.init(model: model, database: database, log: log, FoldLimits())
    }

    init(model: ViewsModel, database: Database, log: any EventStore, _ limits: FoldLimits) throws {
        self.database = database
        self.limits = limits
        self.log = log
        applier = EventApplier(projections: model.projections)
        others = EventApplier(
            projections: model.projections.filter { projection in
                !Self.folded.contains { ObjectIdentifier($0) == ObjectIdentifier(projection) }
            })
        setAside = try SetAside(database) { !Self.keptIndexes.contains($0.name) }
        decisions = try DecisionFold(database, log: log, limits)
        operators = try OperatorFold(database, limits)
        counts = CountFold(database, limits)
        escalations = try BoundStatement(
            """
            INSERT INTO escalations (
                position, event_id, decision_id, type, occurred_at, from_role, to_role, requested_target, reason, rule_id,
                notify
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: database)
        keys = try BoundStatement(
            """
            INSERT INTO idempotency_keys VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET last_position = excluded.last_position
            """, in: database)
    }

    static func read(_ log: any EventStore, from position: Position, upTo end: Position) throws -> GovernanceChunk? {
        try BulkEventReader.chunk(log, from: position, limit: min(chunkEvents, end - position + 1))
    }

    mutating func take(_ chunk: GovernanceChunk) throws {
        try database.beginTransaction(.immediate)
        do {
            for record in chunk.records where isFolding {
                if try !take(record, chunk) { try takeOdd(record) }
                seen = Checkpoint(position: record.position, eventID: record.id)
            }
            if database.isInsideTransaction { try database.commit() }
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            throw error
        }
        if !isFolding { try takePlainly(upTo: chunk.checkpoint.position) }
    }

    mutating func finish() throws {
        guard isFolding else { return }
        try flush()
        try setAside.restore()
    }

    private mutating func flush() throws {
        try decisions.flush()
        try operators.flush()
        try counts.flush()
    }

    // MARK: One event

    /// False for an odd one, which has changed nothing then.
    private mutating func take(_ record: BulkRecord, _ chunk: GovernanceChunk) throws -> Bool {
        let bytes = chunk.bytes[record.bytes]
        switch record.event {
        case .none: break
        case .other(let place): try others.applyOneByOne(chunk.others[place], to: database)
        case .odd: return false
        case .submitted(let submitted):
            guard submitted.isFirst else { return endFolding() }
            let decision = HeldDecision(submitted, record, Array(bytes))
            try counts.submitted(decision, createdAt: submitted.createdAt)
            try decisions.hold(decision)
        case .answered(let answered):
            guard let decision = try decisions.find(answered.subject, bytes.text(answered.subject.id)),
                let author = try operators.author(of: answered.verdict, bytes)
            else { return false }
            answer(decision, answered, record, bytes)
            try operators.count(
                answered.isApproval ? .approve : .reject, answered.verdict, by: author, record, bytes)
        case .escalated(let escalated):
            guard let decision = try decisions.find(escalated.subject, bytes.text(escalated.subject.id)) else {
                return false
            }
            if let verdict = escalated.verdict {
                guard let author = try operators.author(of: verdict, bytes) else { return false }
                try operators.count(.escalate, verdict, by: author, record, bytes)
            }
            escalate(decision, escalated, record, bytes)
            try add(escalated, record, chunk)
        case .warned(let subject):
            let isKnown = try change(subject, record, bytes) { decision, _ in
                decision.isWarned = true
                decision.dueAt = decision.deadline
            }
            guard isKnown else { return false }
        case .timedOut(let subject):
            let isKnown = try change(subject, record, bytes) { decision, _ in
                decision.status = .timeout
                decision.dueAt = nil
                decision.movedPosition = decision.movedPosition ?? record.position
            }
            guard isKnown else { return false }
        case .cancelled(let subject, let actor):
            let isKnown = try change(subject, record, bytes) { decision, offset in
                decision.status = .cancelled
                decision.isQueued = false
                decision.dueAt = nil
                decision.resolvedAt = record.recordedAt
                decision.resolvedBy = actor.moved(by: offset)
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .executed(let subject, let result):
            let isKnown = try change(subject, record, bytes) { decision, offset in
                decision.status = .executed
                decision.executionResult = result.moved(by: offset)
                decision.resolvedAt = decision.resolvedAt ?? record.recordedAt
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .executionFailed(let subject, let error):
            let isKnown = try change(subject, record, bytes) { decision, offset in
                decision.status = .failed
                decision.executionError = error.moved(by: offset)
                decision.resolvedAt = decision.resolvedAt ?? record.recordedAt
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .opened(let opened):
            guard opened.isFirst else { return endFolding() }
            try operators.open(opened, record, bytes)
        case .closed(let closed):
            guard try operators.close(closed, record, bytes) else { return false }
        }
        if let key = record.key { try add(key, record, chunk) }
        return true
    }

    private mutating func change(
        _ subject: BulkEvent.Subject, _ record: BulkRecord, _ bytes: ArraySlice<UInt8>,
        _ change: (HeldDecision, Int) -> Void
    ) throws -> Bool {
        guard let decision = try decisions.find(subject, bytes.text(subject.id)) else { return false }
        let offset = decision.adopt(bytes)
        counts.changing(decision) { change($0, offset) }
        decision.version = record.version
        decision.updatedAt = record.recordedAt
        return true
    }

    private mutating func answer(
        _ decision: HeldDecision, _ answered: BulkEvent.Answered, _ record: BulkRecord, _ bytes: ArraySlice<UInt8>
    ) {
        let verdict = answered.verdict
        let before = (decision.answer, decision.resolvedAt)
        let offset = decision.adopt(bytes)
        counts.changing(decision) { decision in
            decision.status = answered.isApproval ? .approved : .rejected
            decision.isQueued = false
            decision.dueAt = nil
            decision.resolvedAt = record.recordedAt
            decision.resolvedBy = verdict.operatorID.moved(by: offset)
            decision.resolvedPosition = record.position
            decision.answer = answered.isApproval ? .approve : .reject
            decision.notes = verdict.notes.moved(by: offset)
            decision.namedActions = verdict.namedActions?.moved(by: offset)
            if !answered.isApproval { decision.rejections += 1 }
        }
        counts.answered(decision, before: before.0, at: before.1)
        decision.version = record.version
        decision.updatedAt = record.recordedAt
    }

    private mutating func escalate(
        _ decision: HeldDecision, _ escalated: BulkEvent.Escalated, _ record: BulkRecord, _ bytes: ArraySlice<UInt8>
    ) {
        let before = (decision.answer, decision.resolvedAt)
        let offset = decision.adopt(bytes)
        counts.changing(decision) { decision in
            decision.status = .escalated
            decision.dueAt = nil
            decision.escalatedTo = escalated.toRole.moved(by: offset)
            decision.escalatedAt = record.recordedAt
            decision.escalationReason = escalated.reason.moved(by: offset)
            decision.movedPosition = decision.movedPosition ?? record.position
            guard let verdict = escalated.verdict else { return }
            decision.resolvedAt = record.recordedAt
            decision.resolvedBy = verdict.operatorID.moved(by: offset)
            decision.answer = .escalate
            decision.notes = verdict.notes.moved(by: offset)
            decision.namedActions = verdict.namedActions?.moved(by: offset)
        }
        if escalated.verdict != nil { counts.answered(decision, before: before.0, at: before.1) }
        counts.escalated(escalated.type)
        decision.version = record.version
        decision.updatedAt = record.recordedAt
    }

    private func add(_ escalated: BulkEvent.Escalated, _ record: BulkRecord, _ chunk: GovernanceChunk) throws {
        try chunk.binding(record) { texts in
            escalations.bind(record.position)
            texts.bind(escalated.eventID, to: escalations)
            texts.bind(escalated.subject.id, to: escalations)
            texts.bind(escalated.typeName, to: escalations)
            escalations.bind(record.recordedAt)
            texts.bind(escalated.fromRole, to: escalations)
            texts.bind(escalated.toRole, to: escalations)
            texts.bind(escalated.requestedTarget, to: escalations)
            texts.bind(escalated.reason, to: escalations)
            texts.bind(escalated.ruleID, to: escalations)
            texts.bind(escalated.notify, to: escalations)
            try escalations.run()
        }
    }

    private func add(_ key: BulkRecord.Key, _ record: BulkRecord, _ chunk: GovernanceChunk) throws {
        try chunk.binding(record) { texts in
            texts.bind(key.key, to: keys)
            texts.bind(key.requestHash, to: keys)
            keys.bind(record.position)
            keys.bind(record.position)
            try keys.run()
        }
    }

    // MARK: What the projections have to take

    /// A second submission or opening under one id: from here on nothing is sure about ids any more.
    private mutating func endFolding() -> Bool {
        oddCount = limits.odd
        return false
    }

    /// Finishes the tables, so that they are those that the projections would have made by now, and lets the projections
    /// take the event.
    private mutating func takeOdd(_ record: BulkRecord) throws {
        oddCount += 1
        isFolding = oddCount < limits.odd
        try flush()
        try seen.write(to: database)
        // The index by id stays from now on.
        try setAside.restore { !isFolding || $0.isTrigger || $0.isUnique }
        try database.commit()
        try applier.apply(log.read(from: record.position, limit: 1).map { CommittedEvent($0) }, to: database)
        guard isFolding else { return }
        try database.beginTransaction(.immediate)
        try setAside.drop { $0.isTrigger }
        try counts.reload()
    }

    private func takePlainly(upTo end: Position) throws {
        let position = try Checkpoint(database).position
        guard position < end else { return }
        let events = try log.read(from: position + 1, limit: end - position)
        try applier.apply(events.map { CommittedEvent($0) }, to: database)
    }
}
