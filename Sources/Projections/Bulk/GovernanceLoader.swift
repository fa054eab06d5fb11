import EventLog
import GRDB
import Governance

/// Fills the tables of `ViewsModel.views` ten times as fast as its projections do, with the same rows in the end.
///
/// It knows what those projections make of the events that decisions and sessions live through, and folds these in memory;
/// the counters too. Everything else it gives to the projections themselves: events of
/// other domains as they come, and an event that cannot be read, or that speaks of what is not there, on finished tables.
struct GovernanceLoader: BulkLoader {
    private static let chunkEvents = 2048
    /// Of one transaction: pages that many events change are written to the file once.
    private static let transactionEvents = 65_536
    private static let folded: [any Projection.Type] = [
        DecisionsProjection.self, OperatorsProjection.self, EscalationsProjection.self, IdempotencyProjection.self,
    ]

    /// Indexes that hold little more than what is open, and those whose next key is near the end, or near the end of its
    /// lane: to keep them costs less than to read every row once more, and to sort.
    private static let keptIndexes: Set = [
        "decisions_in_queue_order", "decisions_unanswered", "decisions_by_deadline", "decisions_due",
        "decisions_by_request", "decisions_newest_first",
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
    /// The last event of the last transaction.
    private var committed = 0
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
        if isFolding, !database.isInsideTransaction { try database.beginTransaction(.immediate) }
        try chunk.bytes.withUnsafeBufferPointer { bytes in
            for record in chunk.records where isFolding {
                let text = TextBytes(bytes: UnsafeBufferPointer(rebasing: bytes[record.bytes]))
                if try !take(record, text, chunk.others) { try takeOdd(record) }
                seen = Checkpoint(position: record.position, eventID: record.id)
            }
        }
        if database.isInsideTransaction, seen.position - committed >= Self.transactionEvents {
            try database.commit()
            committed = seen.position
        }
        if !isFolding { try takePlainly(upTo: chunk.checkpoint.position) }
    }

    mutating func finish() throws {
        guard isFolding else { return }
        try flush()
        if database.isInsideTransaction { try database.commit() }
        try setAside.restore()
    }

    private mutating func flush() throws {
        try decisions.flush()
        try operators.flush()
        try counts.flush()
    }

    // MARK: One event

    /// False for an odd one, which has changed nothing then.
    private mutating func take(_ record: BulkRecord, _ text: TextBytes, _ others: [CommittedEvent]) throws -> Bool {
        switch record.event {
        case .none: break
        case .other(let place): try self.others.applyOneByOne(others[place], to: database)
        case .odd: return false
        case .submitted(let submitted):
            guard submitted.isFirst else { return endFolding() }
            let decision = try decisions.submit(submitted, record, text)
            try counts.submitted(decision, createdAt: submitted.createdAt)
        case .answered(let answered):
            guard let decision = try decisions.find(answered.subject, text),
                let author = try operators.author(of: answered.verdict, text)
            else { return false }
            answer(decision, answered, record, text)
            try operators.count(
                answered.isApproval ? .approve : .reject, answered.verdict, by: author, record, text)
        case .escalated(let escalated):
            guard let decision = try decisions.find(escalated.subject, text) else {
                return false
            }
            if let verdict = escalated.verdict {
                guard let author = try operators.author(of: verdict, text) else { return false }
                try operators.count(.escalate, verdict, by: author, record, text)
            }
            escalate(decision, escalated, record, text)
            try add(escalated, record, text)
        case .warned(let subject):
            let isKnown = try change(subject, record, text) { decision in
                decision.isWarned = true
                decision.dueAt = decision.deadline
            }
            guard isKnown else { return false }
        case .timedOut(let subject):
            let isKnown = try change(subject, record, text) { decision in
                decision.status = .timeout
                decision.dueAt = nil
                decision.movedPosition = decision.movedPosition ?? record.position
            }
            guard isKnown else { return false }
        case .cancelled(let subject, let actor):
            let isKnown = try change(subject, record, text) { decision in
                decision.status = .cancelled
                decision.isQueued = false
                decision.dueAt = nil
                decision.resolvedAt = record.recordedAt
                decision.resolvedBy = decision.keep(text[actor])
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .executed(let subject, let result):
            let isKnown = try change(subject, record, text) { decision in
                decision.status = .executed
                decision.executionResult = decision.keep(text[result])
                decision.resolvedAt = decision.resolvedAt ?? record.recordedAt
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .executionFailed(let subject, let error):
            let isKnown = try change(subject, record, text) { decision in
                decision.status = .failed
                decision.executionError = decision.keep(text[error])
                decision.resolvedAt = decision.resolvedAt ?? record.recordedAt
                decision.resolvedPosition = record.position
            }
            guard isKnown else { return false }
        case .opened(let opened):
            guard opened.isFirst else { return endFolding() }
            try operators.open(opened, record, text)
        case .closed(let closed):
            guard try operators.close(closed, record, text) else { return false }
        }
        if let key = record.key { try add(key, record, text) }
        return true
    }

    private mutating func change(
        _ subject: BulkEvent.Subject, _ record: BulkRecord, _ text: TextBytes,
        _ change: (HeldDecision) -> Void
    ) throws -> Bool {
        guard let decision = try decisions.find(subject, text) else { return false }
        counts.changing(decision, change)
        decision.version = record.version
        decision.updatedAt = record.recordedAt
        return true
    }

    private mutating func answer(
        _ decision: HeldDecision, _ answered: BulkEvent.Answered, _ record: BulkRecord, _ text: TextBytes
    ) {
        let verdict = answered.verdict
        let before = (decision.answer, decision.resolvedAt)
        counts.changing(decision) { decision in
            decision.status = answered.isApproval ? .approved : .rejected
            decision.isQueued = false
            decision.dueAt = nil
            decision.resolvedAt = record.recordedAt
            decision.resolvedBy = decision.keep(text[verdict.operatorID])
            decision.resolvedPosition = record.position
            decision.answer = answered.isApproval ? .approve : .reject
            decision.notes = decision.keep(text[verdict.notes])
            decision.namedActions = verdict.namedActions.map { decision.keep(text[$0]) }
            if !answered.isApproval { decision.rejections += 1 }
        }
        counts.answered(decision, before: before.0, at: before.1)
        decision.version = record.version
        decision.updatedAt = record.recordedAt
    }

    private mutating func escalate(
        _ decision: HeldDecision, _ escalated: BulkEvent.Escalated, _ record: BulkRecord, _ text: TextBytes
    ) {
        let before = (decision.answer, decision.resolvedAt)
        counts.changing(decision) { decision in
            decision.status = .escalated
            decision.dueAt = nil
            decision.escalatedTo = decision.keep(text[escalated.toRole])
            decision.escalationReason = decision.keep(text[escalated.reason])
            decision.movedPosition = decision.movedPosition ?? record.position
            guard let verdict = escalated.verdict else { return }
            decision.resolvedAt = record.recordedAt
            decision.resolvedBy = decision.keep(text[verdict.operatorID])
            decision.answer = .escalate
            decision.notes = decision.keep(text[verdict.notes])
            decision.namedActions = verdict.namedActions.map { decision.keep(text[$0]) }
        }
        if escalated.verdict != nil { counts.answered(decision, before: before.0, at: before.1) }
        counts.escalated(escalated.type)
        decision.version = record.version
        decision.updatedAt = record.recordedAt
    }

    private func add(_ escalated: BulkEvent.Escalated, _ record: BulkRecord, _ text: TextBytes) throws {
        escalations.bind(record.position)
        text.bind(escalated.eventID, to: escalations)
        text.bind(escalated.subject.id, to: escalations)
        text.bind(escalated.typeName, to: escalations)
        escalations.bind(record.recordedAt)
        text.bind(escalated.fromRole, to: escalations)
        text.bind(escalated.toRole, to: escalations)
        text.bind(escalated.requestedTarget, to: escalations)
        text.bind(escalated.reason, to: escalations)
        text.bind(escalated.ruleID, to: escalations)
        text.bind(escalated.notify, to: escalations)
        try escalations.run()
    }

    private func add(_ key: BulkRecord.Key, _ record: BulkRecord, _ text: TextBytes) throws {
        text.bind(key.key, to: keys)
        text.bind(key.requestHash, to: keys)
        keys.bind(record.position)
        keys.bind(record.position)
        try keys.run()
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
        try setAside.restore { !isFolding || $0.isUnique }
        try database.commit()
        try applier.apply(log.read(from: record.position, limit: 1).map { CommittedEvent($0) }, to: database)
        guard isFolding else { return }
        try database.beginTransaction(.immediate)
    }

    private func takePlainly(upTo end: Position) throws {
        let position = try Checkpoint(database).position
        guard position < end else { return }
        let events = try log.read(from: position + 1, limit: end - position)
        try applier.apply(events.map { CommittedEvent($0) }, to: database)
    }
}
