import EventLog

extension DecisionEvent {
    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    enum RecordedType: String, CaseIterable {
        case submitted = "decision.submitted.v1"
        case approved = "decision.approved.v1"
        case rejected = "decision.rejected.v1"
        case escalated = "decision.escalated.v1"
        case slaWarned = "decision.sla_warned.v1"
        case timedOut = "decision.timed_out.v1"
        case cancelled = "decision.cancelled.v1"
        case executed = "decision.executed.v1"
        case executionFailed = "decision.execution_failed.v1"
    }

    var type: RecordedType {
        switch self {
        case .submitted: .submitted
        case .approved: .approved
        case .rejected: .rejected
        case .escalated: .escalated
        case .slaWarned: .slaWarned
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .executed: .executed
        case .executionFailed: .executionFailed
        }
    }

    // MARK: Writing

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writer.member("decision_id", decisionID)
            switch self {
            case .submitted(let event): event.write(to: &writer)
            case .approved(let verdict): verdict.write(to: &writer)
            case .rejected(let verdict, let reason):
                verdict.write(to: &writer)
                writer.member("reason", reason)
            case .escalated(let event): event.write(to: &writer)
            case .slaWarned(let notice), .timedOut(let notice): notice.write(to: &writer)
            case .cancelled(_, let reason): writer.member("reason", reason)
            case .executed(_, let result): writer.member("result", result)
            case .executionFailed(_, let error): writer.member("error", error)
            }
        }
        return writer.bytes
    }

    // MARK: Reading

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        self =
            switch type {
            case .submitted: .submitted(try DecisionSubmitted(payload))
            case .approved: .approved(try OperatorVerdict(payload))
            case .rejected: .rejected(try OperatorVerdict(payload), reason: try payload.string("reason"))
            case .escalated: .escalated(try DecisionEscalated(payload))
            case .slaWarned: .slaWarned(try DeadlineNotice(payload))
            case .timedOut: .timedOut(try DeadlineNotice(payload))
            case .cancelled:
                .cancelled(decisionID: try payload.string("decision_id"), reason: try payload.string("reason"))
            case .executed:
                .executed(decisionID: try payload.string("decision_id"), result: try payload.json("result"))
            case .executionFailed:
                .executionFailed(decisionID: try payload.string("decision_id"), error: try payload.string("error"))
            }
    }
}

extension DecisionSubmitted {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("risk_level", riskLevel.rawValue)
        writer.member("automation_level", automationLevel.rawValue)
        writer.member("submitted_by", submittedBy)
        writer.member("priority_score", priorityScore)
        writer.member("created_at", createdAt)
        if let requestedAt { writer.member("requested_at", requestedAt) }
        writer.member("sla_deadline", slaDeadline)
        writer.member("warn_at", warnAt)
        writer.object("context") { writer in
            writer.member("action_type", context.actionType.rawValue)
            writer.member("action_params", .object(context.actionParams))
            writer.member("ai_reasoning", context.reasoning)
            writer.member("confidence", raw: context.confidence.text)
            writer.member("threat_score", raw: context.threatScore.text)
            writer.member("threat_type", context.threatType)
            writer.member("metadata", .object(context.metadata))
        }
    }

    fileprivate init(_ payload: PayloadReader) throws {
        let context = try payload.reader("context")
        self.init(
            decisionID: try payload.string("decision_id"), riskLevel: try payload.value("risk_level"),
            automationLevel: try payload.value("automation_level"),
            context: DecisionContext(
                actionType: try context.value("action_type"), actionParams: try context.object("action_params"),
                reasoning: try context.string("ai_reasoning"), confidence: try context.number("confidence"),
                threatScore: try context.number("threat_score"), threatType: try context.string("threat_type"),
                metadata: try context.object("metadata")),
            submittedBy: try payload.string("submitted_by"), priorityScore: try payload.double("priority_score"),
            createdAt: try payload.timestamp("created_at"),
            requestedAt: try payload.optionalTimestamp("requested_at"),
            slaDeadline: try payload.optionalTimestamp("sla_deadline"),
            warnAt: try payload.optionalTimestamp("warn_at"))
    }
}

extension OperatorVerdict {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("operator_id", operatorID)
        writer.member("session_id", sessionID)
        writer.member("comment", comment)
        writer.member("reasoning", reasoning)
        writer.member("decision_created_at", decisionCreatedAt)
        if let namedActions { writer.member("named_actions", .array(namedActions.map { .string($0) })) }
    }

    fileprivate init(_ payload: PayloadReader) throws {
        self.init(
            decisionID: try payload.string("decision_id"), operatorID: try payload.string("operator_id"),
            sessionID: try payload.nullableString("session_id"), comment: try payload.string("comment"),
            reasoning: try payload.optionalString("reasoning"),
            decisionCreatedAt: try payload.timestamp("decision_created_at"),
            namedActions: try payload.optionalStrings("named_actions"))
    }
}

extension DecisionEscalated {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("type", type.rawValue)
        writer.member("from_role", fromRole)
        writer.member("to_role", toRole)
        writer.member("requested_target", requestedTarget)
        writer.member("reason", reason)
        writer.member("rule_id", ruleID)
        writer.array("notify") { writer in
            for channel in notify { writer.string(channel.rawValue) }
        }
        verdict?.write(to: &writer)
    }

    fileprivate init(_ payload: PayloadReader) throws {
        let notify = try payload.strings("notify").map { name in
            guard let channel = NotificationChannel(rawValue: name) else { throw PayloadError(member: "notify") }
            return channel
        }
        self.init(
            decisionID: try payload.string("decision_id"), type: try payload.value("type"),
            fromRole: try payload.string("from_role"), toRole: try payload.string("to_role"),
            requestedTarget: try payload.optionalString("requested_target"), reason: try payload.string("reason"),
            ruleID: try payload.optionalString("rule_id"), notify: notify,
            verdict: try payload.optionalString("operator_id") == nil ? nil : try OperatorVerdict(payload))
    }
}

extension DeadlineNotice {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("risk_level", riskLevel.rawValue)
        writer.member("action_type", actionType.rawValue)
        writer.member("sla_deadline", slaDeadline)
    }

    fileprivate init(_ payload: PayloadReader) throws {
        self.init(
            decisionID: try payload.string("decision_id"), riskLevel: try payload.value("risk_level"),
            actionType: try payload.value("action_type"), slaDeadline: try payload.timestamp("sla_deadline"))
    }
}
