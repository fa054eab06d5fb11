import EventLog
import Governance
import Projections

/// What the views answer to every query that they know, one line an answer: two views that answer alike say the same.
package func everyAnswer(of views: Views, log: any EventStore, at now: Timestamp) throws -> [String] {
    try views.catchUp(with: log)
    let recorded = try log.read(from: 1, limit: .max)
    let ids = { (category: String) in
        Set(recorded.map(\.stream).filter { $0.category == category }.map { String($0.id) }).sorted()
    }
    let decisions = ids(GovernanceEvent.decisionCategory)
    let sessions = ids(GovernanceEvent.sessionCategory)
    let operators = Set(
        recorded.compactMap { event -> String? in
            guard case .session(.opened(let opened)) = CommittedEvent(event).governance else { return nil }
            return opened.operatorID
        }
    ).sorted()
    let keys = Set(recorded.compactMap { (try? EventMetadata(json: $0.metadata))?.idempotencyKey }).sorted()

    return try views.readNow { views in
        var answers: [String] = []
        func answer(_ query: String, _ value: some Any) { answers.append("\(query): \(value)") }
        answer("position", try views.position())
        answer("dead letters", try views.deadLetterCount())
        for id in decisions { answer("decision \(id)", try views.decision(id) as Any) }
        answer("queue", try views.queueEntries())
        for status in DecisionStatus.allCases {
            for risk in RiskLevel.allCases {
                let filter = DecisionFilter(statuses: [status], riskLevels: [risk])
                answer("\(status) \(risk)", try views.decisions(filter, limit: 50, offset: 1))
            }
        }
        answer("all decisions", try views.decisions(DecisionFilter(), limit: 1000, offset: 0))
        answer("counts", try views.decisionCounts().map { "\($0)" }.sorted())
        answer("figures", try views.queueFigures(at: now))
        answer("open decisions", try views.openDecisions().map { "\($0)" }.sorted())
        answer("open sessions", try views.openSessions().map { "\($0)" }.sorted())
        answer("due decisions", try views.dueDecisions(at: now, limit: 1000))
        answer("due sessions", try views.dueSessions(at: now, limit: 1000))
        for id in operators { answer("operator \(id)", try views.operatorStatistics(id, at: now)) }
        for id in sessions { answer("session \(id)", try views.session(id) as Any) }
        answer("escalations", try views.escalations(limit: 1000))
        for id in decisions { answer("escalations of \(id)", try views.escalations(of: id, limit: 10)) }
        answer("escalation counts", try views.escalationCounts().map { "\($0)" }.sorted())
        for key in keys { answer("key \(key)", try views.idempotencyKey(key) as Any) }
        return answers
    }
}
