import EventLog
import Governance
import HTTPTypes

/// What the operations of this door are, beside its `routes`.
extension GovernanceDoor {
    static var descriptions: [OperationDescription] {
        queueDescriptions + sessionDescriptions + decisionDescriptions + submissionDescriptions + streamDescriptions
            + aliasDescriptions
    }

    @OperationList private static var queueDescriptions: [OperationDescription] {
        OperationDescription(.get, "\(base)/health", "governanceHealth", .queue, "Streams and queue of this door")
            .answers("The figures.", .governanceHealth)
        OperationDescription(.get, "\(base)/pending", "pending", .queue, "What waits, with figures")
            .query(
                "limit", .count.standard(.number(JSONNumber(pageDefault))),
                "How many decisions to show, at most \(pageMax)."
            )
            .looksBack()
            .answers("The queue, most urgent first. A decision of over 16 KiB is shown shortened.", .queue)
        OperationDescription(.get, "\(base)/escalations", "escalations", .queue, "Who got what when, and why")
            .query("decision_id", .string, "Of this decision only.")
            .query("limit", .count.standard(.number(JSONNumber(pageDefault))), "How many to show, at most \(pageMax).")
            .looksBack()
            .answers("Escalations, newest first, and how many there were of each kind.", .escalations)
    }

    @OperationList private static var sessionDescriptions: [OperationDescription] {
        OperationDescription(.post, "\(base)/session/create", "createSession", .sessions, "Open a session of 8 hours")
            .detail("With a token, operator_id must be your own user name, and your rank counts as the role.")
            .takes(.sessionRequest).writesOnce()
            .answers("The session.", .session)
        OperationDescription(.post, "\(base)/session/close", "closeSession", .sessions, "Close a session")
            .takes(.sessionReference).writesOnce().refuses(.notFound)
            .answers("The session is closed, its streams end.", .closedSession)
        OperationDescription(
            .get, "\(base)/session/:operator_id/stats", "operatorStatistics", .sessions, "What an operator has done"
        )
        .looksBack()
        .answers("Figures over all sessions; zeros for an unknown operator.", .operatorStatistics)
    }

    @OperationList private static var decisionDescriptions: [OperationDescription] {
        OperationDescription(.get, "\(base)/decision/:decision_id", "decision", .decisions, "One decision, for ever")
            .looksBack()
            .answers("The decision.", .nestedDecision)
        OperationDescription(
            .get, "\(base)/decision/:decision_id/status", "decisionStatus", .decisions, "Where a decision stands"
        )
        .looksBack()
        .answers("Its status.", .decisionStatus)
        OperationDescription(.get, "\(base)/decisions", "decisions", .decisions, "A list of decisions")
            .filtersAndPages(pageDefault, pageMax)
            .looksBack()
            .answers("What waits in the order of the queue, then what is decided, newest first.", .decisionList)
        OperationDescription(
            .get, "\(base)/decisions/:decision_id", "wholeDecision", .decisions, "One decision, nested and flat in one"
        )
        .looksBack()
        .answers("The decision.", .wholeDecision)
        OperationDescription(.post, "\(base)/decision/:decision_id/approve", "approve", .decisions, "Approve")
            .takes(.approval).decides()
            .answers("Approved; `executed` is false unless the server has an executor for the action.", .actionReply)
        OperationDescription(.post, "\(base)/decision/:decision_id/reject", "reject", .decisions, "Reject")
            .takes(.rejection).decides()
            .answers("Rejected.", .actionReply)
        OperationDescription(.post, "\(base)/decision/:decision_id/escalate", "escalate", .decisions, "Hand up")
            .takes(.escalationRequest).decides()
            .answers("Handed up: it stays in the queue, and `result` says who has it now.", .actionReply)
    }

    @OperationList private static var submissionDescriptions: [OperationDescription] {
        OperationDescription(.post, "\(base)/test/enqueue", "enqueue", .submission, "Ask for a decision")
            .detail(
                "Nested, flat, command-line and service styles are understood; what has no place of its own is kept in the metadata."
            )
            .detail("Asking again in the same words changes nothing.")
            .takes(.submission).writesOnce().refuses(.conflict)
            .answers("The decision waits.", .enqueued)
        OperationDescription(
            .post, "\(base)/decisions", "submitDecision", .submission, "Ask for a decision, as services do"
        )
        .detail("Without `risk_level` the server assesses the risk.")
        .takes(.serviceSubmission).writesOnce().refuses(.conflict)
        .answers("The decision waits, or is executed where nobody need be asked.", .wholeDecision)
    }

    @OperationList private static var streamDescriptions: [OperationDescription] {
        OperationDescription(.get, "\(base)/stream/:operator_id", "stream", .streams, "All events, live")
            .detail("Begins with what waits, or with everything since `Last-Event-ID`. Ends with the session.")
            .query("session_id", .string, "An open session of the operator.", isRequired: true)
            .streams("Events; each is described by itself.")
            .refuses(.notProved, .forbidden)
        OperationDescription(
            .get, "\(base)/decision/:decision_id/watch", "watch", .streams, "One decision, until it is decided"
        )
        .detail("Lasts ten minutes at most. An unknown decision is one `error` event.")
        .answers(
            "Events; each is described by itself.", .reference(.watchEvent), as: "text/event-stream")
    }

    @OperationList private static var aliasDescriptions: [OperationDescription] {
        OperationDescription(.get, "\(aliasBase)/decisions", "aliasDecisions", .alias, "A list of decisions")
            .filtersAndPages(pageDefault, pageMax)
            .looksBack()
            .answers("As in the canonical surface.", .decisionListAlias)
        OperationDescription(.get, "\(aliasBase)/decisions/:decision_id", "aliasDecision", .alias, "One decision, flat")
            .looksBack()
            .answers("The decision.", .flatDecisionAlias)
        OperationDescription(.get, "\(aliasBase)/stream", "aliasStream", .alias, "All events, live")
            .header("X-Session-ID", .string, "An open session.")
            .header("X-Operator-ID", .string, "Its operator; that of the session where it is absent.")
            .query("session_id", .string, "The session, where no header names it.")
            .streams("The same events as in the canonical surface.")
            .refuses(.notProved, .forbidden)
    }
}

extension OperationDescription {
    /// The three actions on a decision.
    fileprivate func decides() -> OperationDescription { writesOnce().refuses(.conflict) }

    fileprivate func filtersAndPages(_ pageDefault: Int, _ pageMax: Int) -> OperationDescription {
        let statuses = DecisionStatus.allCases.map(\.rawValue) + ["expired"]
        let risks = RiskLevel.allCases.map(\.rawValue)
        let meaning = "Only these, in any case; may be repeated. An empty one leaves nothing out."
        return query("status", .list(of: .word(statuses + statuses.map { $0.uppercased() } + [""])), meaning)
            .query("risk_level", .list(of: .word(risks + risks.map { $0.uppercased() } + [""])), meaning)
            .query(
                "limit", .count.standard(.number(JSONNumber(pageDefault))), "How many to show, at most \(pageMax)."
            )
            .query("offset", .count.standard(0), "How many to leave out before.")
    }

    fileprivate func streams(_ meaning: String) -> OperationDescription {
        header("Last-Event-ID", .string, "The id of the last event that was seen.")
            .answers(meaning, .reference(.streamEvent), as: "text/event-stream")
    }
}
