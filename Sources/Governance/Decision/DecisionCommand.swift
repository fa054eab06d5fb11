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

/// Who acts, by what right, and in which words.
package struct OperatorAction: Sendable {
    package var authority: Authority
    package var comment: String?
    package var reasoning: String?
    /// The actions that an analyst names with the answer; nil where the way of asking knows none.
    package var namedActions: [String]?

    /// What gives the right to act.
    package enum Authority: Sendable {
        /// An open session, which belongs to `owner` where one is given. The state is nil where there is no such session.
        case session(String, owner: String?, SessionState?)
        case user(UserAuthority)
    }

    package init(
        by authority: Authority, comment: String? = nil, reasoning: String? = nil, namedActions: [String]? = nil
    ) {
        self.authority = authority
        self.comment = comment
        self.reasoning = reasoning
        self.namedActions = namedActions
    }

    package init(
        sessionID: String, owner: String? = nil, session: SessionState? = nil, comment: String? = nil,
        reasoning: String? = nil
    ) {
        self.init(by: .session(sessionID, owner: owner, session), comment: comment, reasoning: reasoning)
    }

    /// The reasoning stands in for an empty comment (governance-api 5.3).
    var effectiveComment: String {
        if let comment, !comment.isEmpty { return comment }
        return reasoning ?? ""
    }
}

/// The right of a user who has proved to be that one.
package struct UserAuthority: Sendable {
    package var username: String
    /// The place in the escalation chain.
    package var rank: String
    package var loginID: String?
    /// Whether the user may answer at all, as of the moment of the command.
    package var mayAnswer: Bool
    /// Whether an escalation by a person is an answer that this user may replace by another one.
    package var mayRevise: Bool

    package init(
        username: String, rank: String = "", loginID: String? = nil, mayAnswer: Bool = false, mayRevise: Bool = false
    ) {
        self.username = username
        self.rank = rank
        self.loginID = loginID
        self.mayAnswer = mayAnswer
        self.mayRevise = mayRevise
    }
}

/// What became of an approved action.
package enum ExecutionOutcome: Sendable, Hashable {
    case succeeded(JSON)
    case failed(String)
}
