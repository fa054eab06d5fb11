extension GovernanceEvent {
    /// Who caused the event.
    package var actor: String {
        switch self {
        case .decision(.submitted(let submitted)): submitted.submittedBy
        case .decision(.approved(let verdict)), .decision(.rejected(let verdict, _)): verdict.actor
        case .decision(.escalated(let escalated)): escalated.verdict?.actor ?? "system:sla-clock"
        case .decision(.slaWarned), .decision(.timedOut): "system:sla-clock"
        case .decision(.cancelled): "system:ledger"
        case .decision(.executed), .decision(.executionFailed): "system:executor"
        case .session(.opened(let opened)): "operator:\(opened.operatorID)"
        case .session(.closed(_, let operatorID, let reason)):
            switch reason {
            case .expired: "system:sla-clock"
            case .ended: "operator:\(operatorID)"
            }
        }
    }

    /// The session or login under which it was caused, or which it is about.
    package var sessionID: String? {
        switch self {
        case .decision(.approved(let verdict)), .decision(.rejected(let verdict, _)): verdict.sessionID
        case .decision(.escalated(let escalated)): escalated.verdict?.sessionID
        case .session(let event): event.sessionID
        case .decision: nil
        }
    }
}

extension OperatorVerdict {
    /// Users have proved who they are; operators of sessions have only said so.
    fileprivate var actor: String {
        isByUser ? "user:\(operatorID)" : "operator:\(operatorID)"
    }
}
