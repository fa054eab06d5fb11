import EventLog
import Governance
import Projections

/// Which events of the ledger give rise to which alerts, whatever door they come through.
///
/// Submissions and escalations by people follow hitl-api 10.4 and 11.3. Beyond them `decision_required` says that time
/// runs out for a decision, and `system_alert` what became of one: decided, overdue, handed up by the clock, withdrawn,
/// or its action failed.
struct AlertRules: Sendable {
    /// Finds a decision that was submitted earlier.
    let analysis: @Sendable (_ decisionID: String) throws -> AnalysisRequest?

    func alerts(for event: CommittedEvent) throws -> [Alert] {
        guard case .decision(let decision) = event.governance else { return [] }
        switch decision {
        case .submitted(let submitted):
            guard submitted.automationLevel.requiresReview else { return [] }
            return Alert.submission(of: AnalysisRequest(submitted))
        case .approved(let verdict):
            return [decided(verdict, "Approved", "approved")]
        case .rejected(let verdict, _):
            return [decided(verdict, "Rejected", "rejected")]
        case .escalated(let escalated):
            guard escalated.verdict != nil else { return [handedUp(escalated)] }
            return try analysis(escalated.decisionID).map { [Alert.incidentEscalated($0)] } ?? []
        case .slaWarned(let notice):
            return [required(notice)]
        case .timedOut(let notice):
            return [overdue(notice)]
        case .cancelled(let decisionID, let reason):
            return [cancelled(decisionID, reason)]
        case .executionFailed(let decisionID, let error):
            return [failed(decisionID, error)]
        case .executed:
            return []
        }
    }

    private func decided(_ verdict: OperatorVerdict, _ title: String, _ status: String) -> Alert {
        Alert(
            .systemAlert, .info, title: "Decision \(title)",
            message: "Decision \(verdict.decisionID) \(status) by \(verdict.operatorID)", requiresAction: false
        ) { writer in
            writer.member("analysis_id", verdict.decisionID)
            writer.member("status", status)
            writer.member("decided_by", verdict.operatorID)
        }
    }

    private func handedUp(_ escalated: DecisionEscalated) -> Alert {
        Alert(
            .systemAlert, .high, title: "Decision Escalated",
            message:
                "Decision \(escalated.decisionID) escalated to \(escalated.toRole): \(Alert.short(escalated.reason))",
            requiresAction: true
        ) { writer in
            writer.member("analysis_id", escalated.decisionID)
            writer.member("status", "escalated")
            writer.member("escalated_to", escalated.toRole)
        }
    }

    private func required(_ notice: DeadlineNotice) -> Alert {
        Alert(
            .decisionRequired, AlertPriority(notice.riskLevel), title: "Decision Required",
            message: "Decision \(notice.decisionID) is due at \(notice.slaDeadline.rfc3339)", requiresAction: true
        ) { writer in
            writer.member("analysis_id", notice.decisionID)
            writer.member("priority", notice.riskLevel.rawValue)
            writer.member("sla_deadline", notice.slaDeadline)
        }
    }

    private func overdue(_ notice: DeadlineNotice) -> Alert {
        Alert(
            .systemAlert, .critical, title: "Decision Overdue",
            message: "Decision \(notice.decisionID) was due at \(notice.slaDeadline.rfc3339)", requiresAction: true
        ) { writer in
            writer.member("analysis_id", notice.decisionID)
            writer.member("status", "timeout")
            writer.member("priority", notice.riskLevel.rawValue)
            writer.member("sla_deadline", notice.slaDeadline)
        }
    }

    private func cancelled(_ decisionID: String, _ reason: String) -> Alert {
        Alert(
            .systemAlert, .info, title: "Decision Cancelled",
            message: "Decision \(decisionID) cancelled: \(Alert.short(reason))", requiresAction: false
        ) { writer in
            writer.member("analysis_id", decisionID)
            writer.member("status", "cancelled")
        }
    }

    private func failed(_ decisionID: String, _ error: String) -> Alert {
        Alert(
            .systemAlert, .high, title: "Execution Failed",
            message: "The action of decision \(decisionID) failed: \(Alert.short(error))", requiresAction: true
        ) { writer in
            writer.member("analysis_id", decisionID)
            writer.member("status", "failed")
        }
    }
}
