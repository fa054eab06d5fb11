import EventLog
import GRDB
import Governance

extension AuditReader {
    /// Where to look, as of a position; nil where nothing can be found.
    func scope(of question: AuditQuestion, asOf position: Position) throws -> AuditScope? {
        guard let places = try places(of: question, asOf: position) else { return nil }
        let types = types(of: question)
        let decisions = try numbers(question.decisionIDs, "SELECT submitted_position FROM subjects WHERE decision_id")
        let sessions = try numbers(question.sessionIDs, "SELECT session FROM sessions WHERE session_id")
        let targets = try numbers(question.targets, "SELECT target FROM targets WHERE name")
        let actors = try numbers(question.actorIDs, "SELECT actor FROM actors WHERE actor_id")
        var rest = try residue(of: question, in: places)
        var branches: [AuditScope.Branch]?

        /// The first filter that an index serves leads; the others are looked at entry by entry.
        func narrow(_ index: String?, _ column: String, _ numbers: [Int]?) -> Bool {
            guard let numbers else { return true }
            if numbers.isEmpty { return false }
            if branches == nil, let index {
                branches = AuditScope.branches(index, column, numbers)
            } else {
                rest.append(.column("e.\(column)", isIn: numbers))
            }
            return true
        }
        guard narrow("entries_of_subject", "subject", decisions), narrow("entries_of_session", "session", sessions),
            narrow("entries_of_target", "target", targets)
        else { return nil }
        if let actors {
            let authors = Self.authors(actors, of: question)
            if authors.isEmpty { return nil }
            if branches == nil {
                branches = authors
            } else {
                rest.append(
                    AuditCondition(authors.map { "(\($0.condition.sql))" }.joined(separator: " OR ")))
            }
        }
        if question.tags == [.slaViolation], branches == nil {
            branches = [AuditScope.Branch(index: "entries_that_missed", condition: AuditCondition("e.sla = 1"))]
        }
        if let types {
            let isRare = !types.isEmpty && types.allSatisfy { $0.rawValue >= AuditEventType.firstRare }
            guard narrow(isRare ? "entries_of_rare_type" : nil, "event_type", types.map(\.rawValue)) else { return nil }
            if isRare { rest.append(AuditCondition("e.event_type >= \(AuditEventType.firstRare)")) }
        }
        return AuditScope(
            branches: branches ?? [AuditScope.Branch(index: nil, condition: AuditCondition("1"))], rest: rest,
            places: places)
    }

    // MARK: Parts

    private func places(of question: AuditQuestion, asOf position: Position) throws -> ClosedRange<Int>? {
        var first = 0
        var last = AuditPlace.end(of: position).number
        if let from = question.from {
            guard let place = try firstPlace(since: from) else { return nil }
            first = place.number
        }
        if let until = question.until {
            guard let place = try lastPlace(until: until) else { return nil }
            last = min(last, place.number)
        }
        return first <= last ? first...last : nil
    }

    /// The kinds that can be meant by filters and tags together; nil for any, an empty list for none.
    private func types(of question: AuditQuestion) -> [AuditEventType]? {
        var types: Set<AuditEventType>?
        if !question.eventTypes.isEmpty { types = Set(question.eventTypes) }
        if !question.tags.isEmpty {
            let tagged = Set(question.tags.flatMap(\.eventTypes))
            types = types?.intersection(tagged) ?? tagged
        }
        return types?.filter { question.includesIdentity || !$0.isAboutIdentity }.sorted { $0.rawValue < $1.rawValue }
    }

    /// What no index serves.
    private func residue(of question: AuditQuestion, in places: ClosedRange<Int>) throws -> [AuditCondition] {
        var conditions: [AuditCondition] = []
        func oneOf(_ column: String, _ numbers: [Int]) {
            if !numbers.isEmpty { conditions.append(.column("e.\(column)", isIn: numbers)) }
        }
        oneOf("actor_type", question.actorKinds.map(\.rawValue))
        oneOf("risk_level", question.riskLevels.map(\.auditCode))
        oneOf("automation_level", question.automationLevels.map(\.auditCode))
        oneOf("status", question.statuses.map(\.auditCode))
        if !question.tags.isEmpty {
            let mask = question.tags.reduce(into: AuditTags()) { $0.formUnion($1) }
            conditions.append(AuditCondition("e.tags & \(mask.rawValue)"))
        }
        if !question.includesIdentity {
            conditions.append(AuditCondition("e.event_type < \(AuditEventType.firstOfIdentity)"))
        }
        if !question.texts.isEmpty {
            let each = question.texts.map { _ in "instr(lower(e.reason), CAST(? AS TEXT)) > 0" }
            conditions.append(
                AuditCondition(each.joined(separator: " OR "), question.texts.map { $0.lowercasedASCII.wholeText }))
        }
        // Places tell the time, unless the clock was set back somewhere between.
        if question.from != nil || question.until != nil, try hasLateEntries(in: places) {
            let from = question.from?.microseconds ?? .min
            let until = question.until?.microseconds ?? .max
            conditions.append(AuditCondition("e.recorded_at BETWEEN \(from) AND \(until)"))
        }
        return conditions
    }

    func hasLateEntries(in places: ClosedRange<Int>) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE late_by > 0 AND place BETWEEN ? AND ?)"),
            arguments: [places.lowerBound, places.upperBound]) ?? false
    }

    /// Whatever somebody did. The escalation manager stands for whoever escalates (governance-api 9); what the framework
    /// has queued stands in no index.
    private static func authors(_ actors: [Int], of question: AuditQuestion) -> [AuditScope.Branch] {
        let escalated = AuditEventType.decisionEscalated.rawValue
        let queued = AuditEventType.decisionQueued.rawValue
        let includesManager = question.actorIDs.contains(AuditActor.escalationManager.id)
        var branches: [AuditScope.Branch] = []
        if question.actorIDs.contains(AuditActor.framework.id) {
            branches.append(AuditScope.Branch(index: nil, condition: AuditCondition("e.event_type = \(queued)")))
        }
        if includesManager {
            let condition = "e.event_type = \(escalated) AND e.event_type >= \(AuditEventType.firstRare)"
            branches.append(
                AuditScope.Branch(index: "entries_of_rare_type", condition: AuditCondition(condition)))
        }
        let others = "e.event_type <> \(queued)" + (includesManager ? " AND e.event_type <> \(escalated)" : "")
        let index = "entries_of_actor"
        return branches
            + AuditScope.branches(index, "actor", actors).map { branch in
                AuditScope.Branch(
                    index: index, condition: .all(of: [branch.condition, AuditCondition(others)]))
            }
    }

    /// The numbers under which the index knows these names; nil for no names at all.
    private func numbers(_ names: [String], _ select: String) throws -> [Int]? {
        guard !names.isEmpty else { return nil }
        let statement = try database.cachedStatement(sql: "\(select) = CAST(? AS TEXT)")
        return try Set(names).flatMap { try Int.fetchAll(statement, arguments: [$0.wholeText]) }.sorted()
    }
}

extension AuditTags {
    /// The kinds of entries that can have any of these tags.
    fileprivate var eventTypes: [AuditEventType] {
        var types: [AuditEventType] = []
        if !isDisjoint(with: [.criticalRisk, .highRisk, .automatedDecision, .humanOversightRequired, .piiInvolved]) {
            types.append(.decisionCreated)
        }
        if contains(.humanOverride) { types.append(.decisionRejected) }
        if contains(.escalation) { types.append(.decisionEscalated) }
        if contains(.executionFailure) { types.append(.decisionFailed) }
        if contains(.slaViolation) {
            types += [.decisionApproved, .decisionRejected, .decisionEscalated, .decisionTimedOut]
        }
        return types
    }
}

extension String {
    /// The same with its ASCII letters in lower case, as SQLite's `lower` has it.
    package var lowercasedASCII: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
