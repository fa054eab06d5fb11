import EventLog
import GRDB
import Governance

/// Adds up the entries of a period, one after the other.
struct ComplianceTally {
    struct OperatorTally {
        var approved = 0
        var rejected = 0
        var escalated = 0
        var hasty = 0
        var waits: [Int64] = []
    }

    let hastyMicroseconds: Int64
    var entries: [AuditEventType: Int] = [:]
    var createdByRisk: [RiskLevel: Int] = [:]
    var autoExecuted = 0
    /// By the number of the actor.
    var operators: [Int: OperatorTally] = [:]
    var waitsByRisk: [RiskLevel: [Int64]] = [:]
    var hasty = 0
    var hastyPlaces: [AuditPlace] = []
    var escalationsByOperators = 0
    var escalationsByClock = 0
    var escalated: Set<Position> = []
    var automated: [Position] = []
    var automatedPlaces: [AuditPlace] = []

    static let columns = """
        e.place, e.event_type, e.actor, a.actor_type, e.risk_level, e.automation_level, e.waited, e.subject
        """

    mutating func add(_ row: Row) {
        guard let type = AuditEventType(rawValue: row[1]) else { return }
        entries[type, default: 0] += 1
        let place = AuditPlace(number: row[0])
        switch type {
        case .decisionCreated: create(row, at: place)
        case .decisionApproved, .decisionRejected: answer(type, row, at: place)
        case .decisionEscalated:
            if let subject: Int = row[7] { escalated.insert(subject) }
            if AuditActor.Kind(rawValue: row[3]) == .human {
                escalationsByOperators += 1
                operators[row[2], default: OperatorTally()].escalated += 1
            } else {
                escalationsByClock += 1
            }
        default: break
        }
    }

    private mutating func create(_ row: Row, at place: AuditPlace) {
        if let risk = RiskLevel(auditCode: row[4]) { createdByRisk[risk, default: 0] += 1 }
        guard AutomationLevel(auditCode: row[5]) == .full else { return }
        autoExecuted += 1
        automated.append(place.position)
        if automatedPlaces.count < ComplianceFigures.namedMax { automatedPlaces.append(place) }
    }

    private mutating func answer(_ type: AuditEventType, _ row: Row, at place: AuditPlace) {
        var tally = operators[row[2]] ?? OperatorTally()
        if type == .decisionApproved { tally.approved += 1 } else { tally.rejected += 1 }
        if let waited: Int64 = row[6] {
            tally.waits.append(waited)
            if let risk = RiskLevel(auditCode: row[4]) { waitsByRisk[risk, default: []].append(waited) }
            if waited < hastyMicroseconds {
                tally.hasty += 1
                hasty += 1
                if hastyPlaces.count < ComplianceFigures.namedMax { hastyPlaces.append(place) }
            }
        }
        operators[row[2]] = tally
    }
}
