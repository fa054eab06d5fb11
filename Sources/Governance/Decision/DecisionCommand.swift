import EventLog

/// What somebody wants to happen to a decision.
package enum DecisionCommand: Sendable {
    /// `earlier` is what stands under that id already, `queueSize` the number of decisions that wait.
    case submit(Submission, earlier: DecisionSubmitted?, queueSize: Int)
    case approve(OperatorAction)
    case reject(OperatorAction, reason: String)
    case escalate(OperatorAction, reason: String, target: String?)
    case cancel(reason: String)
    /// The clock says that most of the time is over.
    case warn
    /// The clock says that the deadline has passed.
    case timeOut
    case recordExecution(ExecutionOutcome)
}

/// Who acts, under which session, and in which words.
package struct OperatorAction: Sendable {
    package var sessionID: String
    /// The session of that id, nil where there is none.
    package var session: SessionState?
    package var comment: String?
    package var reasoning: String?

    package init(sessionID: String, session: SessionState? = nil, comment: String? = nil, reasoning: String? = nil) {
        self.sessionID = sessionID
        self.session = session
        self.comment = comment
        self.reasoning = reasoning
    }

    /// The reasoning stands in for an empty comment (governance-api 5.3).
    var effectiveComment: String {
        if let comment, !comment.isEmpty { return comment }
        return reasoning ?? ""
    }
}

/// What became of an approved action.
package enum ExecutionOutcome: Sendable, Hashable {
    case succeeded(JSON)
    case failed(String)
}
