import EventLog
import GRDB
import Governance

extension AuditReader {
    /// A part of the entries that a question asks for.
    ///
    /// - Parameters:
    ///   - offset: entries to leave out before.
    ///   - bookmark: the last entry of the page before; nil for the first page.
    ///   - position: the last event that counts, so that pages never shift while the log grows.
    package func page(
        _ question: AuditQuestion, _ order: AuditOrder = AuditOrder(), limit: Int, offset: Int = 0,
        after bookmark: AuditBookmark? = nil, asOf position: Position
    ) throws -> AuditPage {
        guard let scope = try scope(of: question, asOf: position) else { return AuditPage(rows: [], next: nil) }
        var found: [AuditBookmark] = []
        var skipped = 0
        let wanted = limit + 1
        for lane in (bookmark?.lane ?? 0)..<order.laneCount where found.count < wanted {
            let select = select(
                lane, order, in: scope, after: bookmark?.lane == lane ? bookmark : nil,
                limit: wanted - found.count + offset - skipped)
            let statement = try database.makeStatement(sql: select.sql)
            let rows = try Row.fetchCursor(statement, arguments: StatementArguments(select.arguments))
            while let row = try rows.next() {
                guard skipped >= offset else {
                    skipped += 1
                    continue
                }
                let decisionID: String? = order.key == .decisionID && lane == 0 ? row[1] : nil
                found.append(AuditBookmark(place: AuditPlace(number: row[0]), decisionID: decisionID, lane: lane))
            }
        }
        let isMore = found.count > limit
        if isMore { found.removeLast() }
        return AuditPage(rows: try rows(at: found.map(\.place)), next: isMore ? found.last : nil)
    }

    /// The places of a lane in order.
    private func select(
        _ lane: Int, _ order: AuditOrder, in scope: AuditScope, after bookmark: AuditBookmark?, limit: Int
    ) -> AuditCondition {
        if order.key == .decisionID, lane == 0 {
            return selectByDecision(order, in: scope, after: bookmark, limit: limit)
        }
        var places = scope.places
        if let last = bookmark?.place.number {
            let (first, end) = order.isDescending ? (places.lowerBound, last - 1) : (last + 1, places.upperBound)
            // An empty range is one that holds no place.
            places = first <= end ? first...end : -1...(-1)
        }
        return scope.select(
            more: order.condition(ofLane: lane).map { [$0] } ?? [], places: places, isDescending: order.isDescending,
            limit: limit)
    }

    func selectByDecision(
        _ order: AuditOrder, in scope: AuditScope, after bookmark: AuditBookmark?, limit: Int
    ) -> AuditCondition {
        var conditions = [scope.condition]
        if let bookmark, let decisionID = bookmark.decisionID {
            let (orAt, beyond) = order.isDescending ? ("<=", "<") : (">=", ">")
            conditions.append(
                AuditCondition(
                    "s.decision_id \(orAt) ? AND (s.decision_id \(beyond) ? OR e.place \(beyond) \(bookmark.place.number))",
                    [decisionID, decisionID]))
        }
        let condition = AuditCondition.all(of: conditions)
        // What an index finds is sorted; without one the decisions are gone through in their order.
        let join = scope.isLedByIndex ? "JOIN" : "CROSS JOIN"
        return AuditCondition(
            """
            SELECT e.place, s.decision_id FROM subjects s \(join) entries e ON e.subject = s.submitted_position
            WHERE \(condition.sql)
            ORDER BY s.decision_id \(order.direction), e.place \(order.direction) LIMIT \(limit)
            """, condition.arguments)
    }

    /// These entries, in that order.
    func rows(at places: [AuditPlace]) throws -> [AuditRow] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(AuditRow.columns) FROM \(AuditRow.tables) WHERE e.place = ?")
        return try places.compactMap { place in
            // Mapped by the cursor: a row is of no use without the cursor that it comes from.
            try Row.fetchCursor(statement, arguments: [place.number]).map { try AuditRow(row: $0) }.next()
        }
    }

    // MARK: Counting

    /// How many entries a question asks for; more than that many are not counted.
    package func count(_ question: AuditQuestion, asOf position: Position, max: Int) throws -> AuditCount {
        if question.asksForKindsAlone {
            return AuditCount(count: try countKinds(question, asOf: position), isExact: true)
        }
        guard let scope = try scope(of: question, asOf: position) else { return AuditCount(count: 0, isExact: true) }
        let places = scope.select(more: [], places: scope.places, isDescending: true, limit: max + 1)
        let count = try Int.fetchOne(
            database.makeStatement(sql: "SELECT count(*) FROM (\(places.sql))"),
            arguments: StatementArguments(places.arguments))
        let found = count ?? 0
        return AuditCount(count: min(found, max), isExact: found <= max)
    }

    /// All there are of these kinds, without those that came after the position.
    private func countKinds(_ question: AuditQuestion, asOf position: Position) throws -> Int {
        let isAsked = { (type: AuditEventType) in
            (question.eventTypes.isEmpty || question.eventTypes.contains(type))
                && (question.includesIdentity || !type.isAboutIdentity)
        }
        let all = try counts().filter { isAsked($0.key) }.values.reduce(0, +)
        let later = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT event_type, count(*) FROM entries NOT INDEXED WHERE place > ? GROUP BY event_type"),
            arguments: [AuditPlace.end(of: position).number])
        return later.reduce(all) { all, row in
            AuditEventType(rawValue: row[0]).map(isAsked) == true ? all - (row[1] as Int) : all
        }
    }

    /// How many entries there are of each kind.
    package func counts() throws -> [AuditEventType: Int] {
        let statement = try database.cachedStatement(sql: "SELECT event_type, count FROM entry_counts")
        let rows = try Row.fetchAll(statement).compactMap { row in
            AuditEventType(rawValue: row[0]).map { ($0, row[1] as Int) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}

package struct AuditPage: Sendable {
    package let rows: [AuditRow]
    /// Where the next page begins; nil after the last one.
    package let next: AuditBookmark?
}

package struct AuditCount: Sendable, Hashable {
    package let count: Int
    /// False where there are more.
    package let isExact: Bool

    package init(count: Int, isExact: Bool) {
        self.count = count
        self.isExact = isExact
    }
}

extension AuditOrder {
    /// In how many runs the entries are shown, one after the other.
    package var laneCount: Int {
        switch key {
        case .timestamp: 1
        case .decisionID: 2
        case .riskLevel: RiskLevel.allCases.count + 1
        }
    }

    /// What the entries of a run have in common; nil where nothing has to be said.
    fileprivate func condition(ofLane lane: Int) -> AuditCondition? {
        switch key {
        case .timestamp: return nil
        case .decisionID: return AuditCondition("e.subject IS NULL")
        case .riskLevel:
            let levels = RiskLevel.allCases.map(\.auditCode).sorted()
            guard lane < levels.count else { return AuditCondition("e.risk_level IS NULL") }
            return .column("e.risk_level", isIn: [isDescending ? levels[levels.count - 1 - lane] : levels[lane]])
        }
    }
}
