import EventLog
import Governance
import NIOCore
import Projections

/// Server-Sent Events for the events of the log: id, event and data, in this order (governance-api 8.2 and 8.3).
///
/// Every id ends in the position of its event, so a client that comes back with it gets everything since.
struct EventFrames {
    /// Clients read lines of up to 64 KiB; this leaves room for the name of the field.
    static let dataSizeBytesMax = 65_000

    let dialect: Dialect

    /// Appends the frame of an event; most kinds have one, some none.
    func append(_ event: CommittedEvent, to buffer: inout ByteBuffer) {
        let recorded = event.recorded
        switch event.governance {
        case .decision(.submitted(let submitted)) where submitted.automationLevel.requiresReview:
            pending(FlatDecision(submitted), id: "dec_\(submitted.decisionID)_\(recorded.position)", to: &buffer)
        case .decision(.approved(let verdict)):
            resolved(verdict.decisionID, .approved, by: verdict.operatorID, verdict.comment, recorded, to: &buffer)
        case .decision(.rejected(let verdict, let reason)):
            resolved(verdict.decisionID, .rejected, by: verdict.operatorID, reason, recorded, to: &buffer)
        case .decision(.escalated(let escalated)):
            if let verdict = escalated.verdict {
                let reason = escalated.reason
                resolved(verdict.decisionID, .escalated, by: verdict.operatorID, reason, recorded, to: &buffer)
            } else {
                handedUp(escalated, recorded, to: &buffer)
            }
        case .decision(.cancelled(let decisionID, let reason)):
            resolved(decisionID, .cancelled, by: recorded.actor, reason, recorded, to: &buffer)
        case .decision(.slaWarned(let notice)):
            warned(notice, recorded, to: &buffer)
        case .decision(.timedOut(let notice)):
            violated(notice, recorded, to: &buffer)
        case .decision, .session, nil:
            break
        }
    }

    /// Appends the announcement of a decision that waits.
    func pending(_ decision: FlatDecision, id: String, to buffer: inout ByteBuffer) {
        frame(id: id, "decision_pending", to: &buffer) {
            decision.members(to: &$0, in: dialect)
        } orShorter: {
            decision.shortened.members(to: &$0, in: dialect)
        }
    }

    /// Appends any frame whose closure writes the members of its data.
    func frame(
        id: String, _ name: String, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void,
        orShorter shorter: ((inout JSONWriter) -> Void)? = nil
    ) {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object(members)
        if writer.bytes.count > Self.dataSizeBytesMax, let shorter {
            writer = JSONWriter(reservingCapacity: Self.dataSizeBytesMax)
            writer.object(shorter)
        }
        buffer.writeString("id: \(id)\nevent: \(name)\ndata: ")
        buffer.writeBytes(writer.bytes)
        buffer.writeString("\n\n")
    }

    // MARK: Kinds

    private func resolved(
        _ decisionID: String, _ status: DecisionStatus, by operatorID: String, _ reasoning: String,
        _ recorded: RecordedEvent, to buffer: inout ByteBuffer
    ) {
        frame(id: "resolved_\(decisionID)_\(recorded.position)", "decision_resolved", to: &buffer) { writer in
            writer.member("decision_id", decisionID)
            writer.member("status", dialect.word(status))
            writer.member("resolved_by", operatorID)
            writer.member("resolved_at", recorded.recordedAt)
            writer.member("reasoning", reasoning.shortened(toJSONBytes: FlatDecision.textSizeBytesMax))
        }
    }

    private func warned(_ notice: DeadlineNotice, _ recorded: RecordedEvent, to buffer: inout ByteBuffer) {
        let remaining = max(0, Int((notice.slaDeadline - recorded.recordedAt).seconds))
        frame(id: id("sla_warn", notice.decisionID, recorded), "sla_warning", to: &buffer) { writer in
            writer.member("decision_id", notice.decisionID)
            writer.member("risk_level", dialect.word(notice.riskLevel))
            writer.member("action_type", notice.actionType.rawValue)
            writer.member("time_remaining_seconds", remaining)
            writer.member("message", "SLA warning: \(remaining)s remaining")
        }
    }

    private func violated(_ notice: DeadlineNotice, _ recorded: RecordedEvent, to buffer: inout ByteBuffer) {
        frame(id: id("sla_viol", notice.decisionID, recorded), "sla_violation", to: &buffer) { writer in
            writer.member("decision_id", notice.decisionID)
            writer.member("risk_level", dialect.word(notice.riskLevel))
            writer.member("action_type", notice.actionType.rawValue)
            writer.member("message", "SLA VIOLATED for decision \(notice.decisionID)")
            writer.member("severity", "critical")
        }
    }

    /// An escalation by the clock is a notice, not a resolution: the decision stays on everybody's list.
    private func handedUp(_ escalated: DecisionEscalated, _ recorded: RecordedEvent, to buffer: inout ByteBuffer) {
        frame(id: "sys_\(recorded.recordedAt.epochSecondsText)_\(recorded.position)", "system_message", to: &buffer) {
            $0.member(
                "message", "Decision \(escalated.decisionID) escalated to \(escalated.toRole): \(escalated.reason)")
            $0.member("severity", "warning")
            $0.member("decision_id", escalated.decisionID)
            $0.member("escalated_to", escalated.toRole)
        }
    }

    private func id(_ prefix: String, _ decisionID: String, _ recorded: RecordedEvent) -> String {
        "\(prefix)_\(decisionID)_\(recorded.recordedAt.epochSecondsText)_\(recorded.position)"
    }
}
