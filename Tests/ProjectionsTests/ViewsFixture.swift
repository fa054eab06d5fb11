import EventLog
import Foundation
import GRDB
import Governance
import Projections
import SQLiteEventStore
import VerdictTesting

/// A log and its views in a fresh directory, fed with events that the rules themselves decide.
final class ViewsFixture {
    struct Refused: Error {
        let refusal: Refusal
    }

    let directory: TemporaryDirectory
    let log: any EventStore
    private(set) var views: Views
    var now = ManualTime().now()
    var policy = GovernancePolicy()
    private var decisions: [String: DecisionState] = [:]
    private var sessions: [String: SessionState] = [:]
    private var waiting: [StreamAppend] = []

    init() throws {
        directory = try TemporaryDirectory()
        log = try SQLiteEventStore(path: directory.file("events.db"))
        views = try Views(path: directory.file("views.db"), log: log)
    }

    // MARK: Events

    /// Decides the command and appends its events; the views take them with the next `catchUp`.
    func decide(_ command: DecisionCommand, on decisionID: String = "d1", metadata: EventMetadata = .init()) throws {
        var state = decisions[decisionID]
        let version = state?.version ?? 0
        let decided = Decision.decide(command, on: decisionID, in: state, policy: policy, at: now)
        let events = try unwrapped(decided)
        for event in events { state = Decision.evolve(state, event) }
        decisions[decisionID] = state
        stage(events.map { .decision($0) }, after: version, actor: "system:test", metadata)
    }

    func decide(_ command: SessionCommand, on sessionID: String = "s1", metadata: EventMetadata = .init()) throws {
        var state = sessions[sessionID]
        let version = state?.version ?? 0
        let events = try unwrapped(Session.decide(command, on: sessionID, in: state, policy: policy, at: now))
        for event in events { state = Session.evolve(state, event) }
        sessions[sessionID] = state
        stage(events.map { .session($0) }, after: version, actor: "system:test", metadata)
    }

    private func unwrapped<Value>(_ result: Result<Value, Refusal>) throws -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let refusal): throw Refused(refusal: refusal)
        }
    }

    private func stage(_ events: [GovernanceEvent], after version: Int, actor: String, _ metadata: EventMetadata) {
        guard let stream = events.first?.stream else { return }
        let new = events.map { event in
            NewEvent(
                id: EventID(at: now, random: UInt64.random(in: 0...UInt64.max)), type: event.type, recordedAt: now,
                actor: actor, data: event.data, metadata: metadata)
        }
        waiting.append(StreamAppend(stream, expecting: .exact(version), new))
    }

    /// An event whose payload nobody checks.
    func stageRaw(_ type: String, _ payload: String, stream: String) {
        let event = NewEvent(
            id: EventID(at: now, random: 1), type: type, recordedAt: now, actor: "system:test",
            data: Array(payload.utf8))
        waiting.append(StreamAppend(StreamName(text: stream), expecting: .any, [event]))
    }

    /// Appends what was decided to the log, in one transaction; the views do not know of it.
    @discardableResult
    func append() throws -> [RecordedEvent] {
        defer { waiting = [] }
        return try log.append(waiting)
    }

    /// Appends what was decided, and brings the views to it.
    @discardableResult
    func commit() throws -> [RecordedEvent] {
        let recorded = try append()
        try views.catchUp(with: log)
        return recorded
    }

    // MARK: Commands in few words

    func submit(
        _ id: String = "d1", risk: RiskLevel = .high, automation: AutomationLevel = .supervised,
        metadata: EventMetadata = .init()
    ) throws {
        let submission = Sample.submission(id, risk: risk, automation: automation)
        try decide(.submit(submission, earlier: nil, queueSize: 0), on: id, metadata: metadata)
    }

    func open(_ id: String = "s1", operatorID: String = "alice@host", role: String = "soc_operator") throws {
        try decide(.open(Sample.openSession(operatorID, role: role)), on: id)
    }

    func action(
        _ sessionID: String = "s1", comment: String? = "seen", reasoning: String? = nil
    ) -> OperatorAction {
        OperatorAction(
            sessionID: sessionID, session: sessions[sessionID], comment: comment, reasoning: reasoning)
    }

    // MARK: The file

    /// Closes the views and opens them again on the same log.
    ///
    /// - Parameter meanwhile: what happens to the file while nobody has it open; its journal is folded in before.
    func reopen(meanwhile: (_ viewsPath: String) throws -> Void = { _ in }) throws {
        try close()
        try meanwhile(directory.file("views.db"))
        try reopenClosed()
    }

    /// Closes the views, loses them, and has them built from the log.
    func reopenAnew() throws {
        try reopen { try FileManager.default.removeItem(atPath: $0) }
    }

    /// Opens views that were closed.
    func reopenClosed() throws {
        views = try Views(path: directory.file("views.db"), log: log)
    }

    /// Closes the views, with everything in the one file.
    func close() throws {
        try views.close()
        for slot in try slots { try Self.execute("PRAGMA wal_checkpoint(TRUNCATE)", in: directory.file(slot)) }
    }

    /// The files of the views that there are, by name; what SQLite keeps beside an open one is left out.
    var slots: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory.path)
                .filter { $0.hasPrefix("views") && $0.hasSuffix(".db") }.sorted()
        }
    }

    /// Changes a file of views that nobody has open.
    static func execute(_ sql: String, in path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    func answers() throws -> [String] {
        try everyAnswer(of: views, log: log, at: now)
    }

    /// The columns of one row, as any SQLite tool shows them; empty where there is no such row.
    func columns(of table: String, where key: String, is value: String) throws -> [String: DatabaseValue] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: directory.file("views.db"), configuration: configuration)
        return try queue.read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM \(table) WHERE \(key) = ?", arguments: [value])
            return Dictionary(uniqueKeysWithValues: (row ?? Row()).map { ($0.0, $0.1) })
        }
    }

    /// What the events that the body decides change in a row: every column whose value is another one afterwards.
    func changes(
        in table: String, where key: String, is value: String, by body: () throws -> Void
    ) throws -> [String: DatabaseValue] {
        let before = try columns(of: table, where: key, is: value)
        try body()
        try commit()
        return try columns(of: table, where: key, is: value).filter { before[$0.key] != $0.value }
    }
}

/// Columns as a test writes them down.
func columns(_ values: [String: (any DatabaseValueConvertible)?]) -> [String: DatabaseValue] {
    values.mapValues { $0?.databaseValue ?? .null }
}
