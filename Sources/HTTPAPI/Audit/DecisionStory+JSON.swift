import EventLog
import Governance
import Ledger
import Projections

extension DecisionStory {
    /// The story as one JSON object.
    package func write(to writer: inout JSONWriter, _ snapshots: AuditSnapshots) {
        let submission = steps.first?.record
        writer.object { writer in
            writer.member("decision_id", submitted.decisionID)
            writer.member("status", steps.last?.record.row.status?.rawValue)
            writer.member("submitted_by", submitted.submittedBy)
            writer.member("created_at", submitted.createdAt)
            writer.member("requested_at", submitted.requestedAt)
            writer.member("sla_deadline", submitted.slaDeadline)
            writer.member("reasoning", submitted.context.reasoning)
            writer.member("decision_snapshot", submission.map { snapshots.decision(of: $0) } ?? .null)
            writer.array("steps") { writer in
                for (number, step) in steps.enumerated() { step.write(number + 1, to: &writer, snapshots) }
            }
            writer.array("sessions") { writer in
                for session in sessions { session.write(to: &writer, redacts: snapshots.redacts) }
            }
            writer.member("position", position)
            writer.member("redacted", snapshots.redacts)
        }
    }
}

extension DecisionStory.Step {
    fileprivate func write(_ number: Int, to writer: inout JSONWriter, _ snapshots: AuditSnapshots) {
        writer.object { writer in
            writer.member("step", number)
            record.commonMembers(to: &writer)
            writer.member("context_snapshot", snapshots.context(of: record))
            writer.array("compliance_tags") { writer in
                for name in record.row.tags.names { writer.string(name) }
            }
            writer.member("metadata", snapshots.metadata(of: record))
            record.ourMembers(to: &writer)
            writer.member("seconds_since_step_before", pause.map { .number(JSONNumber($0.seconds)) } ?? .null)
            writer.member("before", before.map { shown($0, snapshots) } ?? .null)
            writer.member("after", shown(after, snapshots))
            writer.array("changes") { writer in
                for change in after.changes(since: before) {
                    writer.object { writer in
                        writer.member("member", change.member)
                        writer.member("before", snapshots.redacts ? Redaction.redacted(change.before) : change.before)
                        writer.member("after", snapshots.redacts ? Redaction.redacted(change.after) : change.after)
                    }
                }
            }
        }
    }

    private func shown(_ picture: DecisionPicture, _ snapshots: AuditSnapshots) -> JSON {
        let object = JSON.object(picture.members)
        return snapshots.redacts ? Redaction.redacted(object) : object
    }
}

extension SessionStory {
    fileprivate func write(to writer: inout JSONWriter, redacts: Bool) {
        writer.object { writer in
            writer.member("kind", kind.rawValue)
            writer.member("session_id", sessionID)
            writer.member("operator_id", operatorID)
            writer.member("operator_name", operatorName)
            writer.member("operator_role", operatorRole)
            writer.member("opened_at", openedAt)
            writer.member("expires_at", expiresAt)
            writer.member("closed_at", closedAt)
            writer.member("close_reason", closeReason)
            writer.member("factor", factor)
            writer.member("ip_address", redacts ? Redaction.mark : ipAddress.map { .string($0) } ?? .null)
            writer.member("user_agent", userAgent)
        }
    }
}

extension SLAMonth {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("month", month.text)
            writer.member("risk_level", riskLevel.rawValue)
            writer.member("met", met)
            writer.member("missed", missed)
        }
    }
}
