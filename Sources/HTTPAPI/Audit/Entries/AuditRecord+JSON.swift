import EventLog
import Governance
import Ledger
import Projections

extension AuditRecord {
    /// The members of an entry: those of the contract first, then ours.
    package func write(to writer: inout JSONWriter, _ snapshots: AuditSnapshots) {
        writer.object { writer in
            commonMembers(to: &writer)
            writer.member("decision_snapshot", snapshots.decision(of: self))
            writer.member("context_snapshot", snapshots.context(of: self))
            writer.array("compliance_tags") { writer in
                for name in row.tags.names { writer.string(name) }
            }
            writer.member("metadata", snapshots.metadata(of: self))
            ourMembers(to: &writer)
        }
    }

    /// Who did what when.
    func commonMembers(to writer: inout JSONWriter) {
        writer.member("entry_id", entryID)
        writer.member("timestamp", row.recordedAt)
        writer.member("decision_id", row.decisionID)
        writer.member("event_type", row.type.name)
        writer.member("event_description", eventDescription)
        writer.member("actor_type", row.actor.kind.name)
        writer.member("actor_id", row.actor.id)
    }

    func ourMembers(to writer: inout JSONWriter) {
        writer.member("position", row.position)
        writer.member("operator_id", operatorID)
        writer.member("session_id", row.sessionID)
        writer.member("status", row.status?.rawValue)
        writer.member("waited_seconds", waitedSeconds)
        writer.member("sla", row.slaOutcome?.rawValue)
    }

    /// The person behind it; nil for programs and the system.
    var operatorID: String? { row.author.kind == .human ? row.author.id : nil }

    /// From the question to this; null for what no question precedes.
    private var waitedSeconds: JSON { row.waited.map { .number(JSONNumber($0.seconds)) } ?? .null }
}
