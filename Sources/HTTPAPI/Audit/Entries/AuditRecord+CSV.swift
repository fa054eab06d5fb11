import EventLog
import Governance
import Ledger
import Projections

extension AuditRecord {
    /// The first line of a file of entries.
    static var csvHeader: [UInt8] {
        var line = CSVLine()
        for name in [
            "entry_id", "timestamp", "position", "decision_id", "event_type", "event_description", "actor_type",
            "actor_id", "operator_id", "session_id", "risk_level", "automation_level", "status", "action_type",
            "target", "compliance_tags", "waited_seconds", "sla", "reason", "decision_snapshot", "context_snapshot",
            "metadata",
        ] {
            line.text(name)
        }
        return line.finished()
    }

    /// The entry as a line; what is an object elsewhere is a cell with JSON.
    func csv(_ snapshots: AuditSnapshots) -> [UInt8] {
        var line = CSVLine()
        line.text(entryID)
        line.text(row.recordedAt.rfc3339)
        line.number(row.position)
        line.text(row.decisionID)
        line.text(row.type.name)
        line.text(eventDescription)
        line.text(row.actor.kind.name)
        line.text(row.actor.id)
        line.text(operatorID)
        line.text(row.sessionID)
        line.text(row.riskLevel?.rawValue)
        line.text(row.automationLevel?.rawValue)
        line.text(row.status?.rawValue)
        line.text(submitted?.context.actionType.rawValue)
        line.text(row.target?.shortened(toJSONBytes: Self.cellSizeBytesMax))
        line.text(row.tags.names.joined(separator: " "))
        line.number(row.waited.map { JSONNumber($0.seconds).text })
        line.text(row.slaOutcome?.rawValue)
        line.text(row.reason?.shortened(toJSONBytes: Self.cellSizeBytesMax))
        line.text(submitted == nil ? nil : snapshots.decision(of: self).text)
        line.text(snapshots.context(of: self).text)
        line.text(snapshots.metadata(of: self).text)
        return line.finished()
    }

    private static let cellSizeBytesMax = 8 * 1024
}
