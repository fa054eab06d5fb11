import EventLog
import Governance

/// Payloads as our own writers write them, member after member. Nil for one that is written in any other way.
extension BulkEventReader {
    private static let risks = WordTable(RiskLevel.self)
    private static let automations = WordTable(AutomationLevel.self)
    private static let actions = WordTable(ActionType.self)
    private static let escalations = WordTable(EscalationType.self)
    private static let channels = WordTable(NotificationChannel.self)
    private static let reasons = WordTable(SessionCloseReason.self)

    mutating func submitted(_ event: LentEvent) -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","risk_level":"#)
        guard let risk = scanner.word(Self.risks) else { return nil }
        scanner.expect(#","automation_level":"#)
        guard let automation = scanner.word(Self.automations) else { return nil }
        scanner.expect(#","submitted_by":"#)
        let submittedBy = plain()
        scanner.expect(#","priority_score":"#)
        // Nothing shows it; an event in which it is no number is odd all the same.
        _ = scanner.double()
        scanner.expect(#","created_at":"#)
        let createdAt = time()
        let requestedAt = scanner.skips(#","requested_at":"#) ? time() : createdAt
        scanner.expect(#","sla_deadline":"#)
        let deadline = scanner.optionalTime(&days)
        scanner.expect(#","warn_at":"#)
        let warnAt = scanner.optionalTime(&days)
        scanner.expect(#","context":{"action_type":"#)
        guard let action = scanner.word(Self.actions) else { return nil }
        scanner.expect(#","action_params":"#)
        let params = scanner.actionParams()
        scanner.expect(#","ai_reasoning":"#)
        let reasoning = whole()
        scanner.expect(#","confidence":"#)
        let confidence = scanner.number()
        scanner.expect(#","threat_score":"#)
        let threatScore = scanner.number()
        scanner.expect(#","threat_type":"#)
        let threatType = whole()
        scanner.expect(#","metadata":"#)
        let metadata = scanner.object()
        scanner.expect("}}")
        guard scanner.isAtEnd else { return nil }
        return .submitted(
            BulkEvent.Submitted(
                subject: subject, isFirst: isFirst(event, "decision/", subject.id), risk: risk.word,
                needsReview: automation.word.requiresReview, automationName: automation.name, submittedBy: submittedBy,
                createdAt: createdAt, requestedAt: requestedAt, deadline: deadline, warnAt: warnAt,
                actionType: action.name, actionParams: params.all, reasoning: reasoning, confidence: confidence,
                threatScore: threatScore, threatType: threatType,
                target: scanner.plainText(of: params.target, base, &bytes),
                recommendedAction: scanner.plainText(of: params.action, base, &bytes), metadata: metadata))
    }

    /// The rest of a payload that is the words of a person. What follows them is read before the notes are known.
    private struct Words {
        let operatorID: Slice
        let sessionID: Slice?
        let comment: Slice
        let decisionCreatedAt: Int64
        let namedActions: Slice?
    }

    private mutating func words() -> Words {
        scanner.expect(#","operator_id":"#)
        let operatorID = plain()
        scanner.expect(#","session_id":"#)
        let sessionID = scanner.optionalPlainString(base, &bytes)
        scanner.expect(#","comment":"#)
        let comment = whole()
        scanner.expect(#","reasoning":"#)
        _ = scanner.optionalString(base, &bytes)
        scanner.expect(#","decision_created_at":"#)
        let createdAt = time()
        let named = scanner.skips(#","named_actions":"#) ? scanner.strings() : nil
        return Words(
            operatorID: operatorID, sessionID: sessionID, comment: comment, decisionCreatedAt: createdAt,
            namedActions: named)
    }

    /// - Parameter others: what stands in for the comment where the way of asking knows no actions.
    private func verdict(_ words: Words, orElse others: Slice) -> BulkEvent.Verdict {
        BulkEvent.Verdict(
            operatorID: words.operatorID, operatorHash: hash(words.operatorID), sessionID: words.sessionID,
            sessionHash: words.sessionID.map { hash($0) } ?? 0, decisionCreatedAt: words.decisionCreatedAt,
            notes: words.namedActions == nil ? others : words.comment, namedActions: words.namedActions)
    }

    mutating func answered(isApproval: Bool) -> BulkEvent? {
        let subject = decision()
        let words = words()
        var notes = words.comment
        if !isApproval {
            scanner.expect(#","reason":"#)
            let reason = whole()
            if reason.count > 0 { notes = reason }
        }
        scanner.expect("}")
        guard scanner.isAtEnd else { return nil }
        return .answered(
            BulkEvent.Answered(subject: subject, isApproval: isApproval, verdict: verdict(words, orElse: notes)))
    }

    mutating func escalated(_ event: LentEvent) -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","type":"#)
        guard let type = scanner.word(Self.escalations) else { return nil }
        scanner.expect(#","from_role":"#)
        let fromRole = plain()
        scanner.expect(#","to_role":"#)
        let toRole = plain()
        scanner.expect(#","requested_target":"#)
        let requestedTarget = scanner.optionalString(base, &bytes)
        scanner.expect(#","reason":"#)
        let reason = whole()
        scanner.expect(#","rule_id":"#)
        let ruleID = scanner.optionalPlainString(base, &bytes)
        scanner.expect(#","notify":"#)
        guard let notify = channels() else { return nil }
        var verdict: BulkEvent.Verdict?
        if !scanner.skips("}") {
            let words = words()
            scanner.expect("}")
            guard scanner.isAtEnd else { return nil }
            verdict = self.verdict(words, orElse: words.comment.count == 0 ? reason : words.comment)
        }
        guard scanner.isAtEnd else { return nil }
        return .escalated(
            BulkEvent.Escalated(
                subject: subject, type: type.word, typeName: type.name, fromRole: fromRole, toRole: toRole,
                requestedTarget: requestedTarget,
                reason: reason, ruleID: ruleID, notify: notify, eventID: append("esc_" + event.id.text),
                verdict: verdict))
    }

    /// An array of known channels.
    private mutating func channels() -> Slice? {
        let begin = scanner.place
        scanner.expect("[")
        if !scanner.skips("]") {
            repeat {
                guard scanner.word(Self.channels) != nil else { return nil }
            } while scanner.skips(",")
            scanner.expect("]")
        }
        return Slice(begin, scanner.place - begin)
    }

    mutating func notice() -> BulkEvent.Subject? {
        let subject = decision()
        scanner.expect(#","risk_level":"#)
        guard scanner.word(Self.risks) != nil else { return nil }
        scanner.expect(#","action_type":"#)
        guard scanner.word(Self.actions) != nil else { return nil }
        scanner.expect(#","sla_deadline":"#)
        _ = time()
        scanner.expect("}")
        return subject
    }

    mutating func cancelled(_ event: LentEvent) -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","reason":"#)
        _ = whole()
        scanner.expect("}")
        return .cancelled(subject, actor: append(plain: event.actor))
    }

    mutating func executed() -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","result":"#)
        let result = scanner.value()
        scanner.expect("}")
        return .executed(subject, result: result)
    }

    mutating func executionFailed() -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","error":"#)
        let error = whole()
        scanner.expect("}")
        return .executionFailed(subject, error: error)
    }

    mutating func opened(_ event: LentEvent) -> BulkEvent? {
        scanner.expect(#"{"session_id":"#)
        let session = subject()
        scanner.expect(#","operator_id":"#)
        let operatorID = plain()
        scanner.expect(#","operator_name":"#)
        let operatorName = plain()
        scanner.expect(#","operator_role":"#)
        let operatorRole = plain()
        scanner.expect(#","created_at":"#)
        let createdAt = time()
        scanner.expect(#","expires_at":"#)
        let expiresAt = time()
        scanner.expect(#","ip_address":"#)
        let ipAddress = scanner.optionalPlainString(base, &bytes)
        scanner.expect(#","user_agent":"#)
        let userAgent = scanner.optionalPlainString(base, &bytes)
        scanner.expect(#","metadata":"#)
        let metadata = scanner.object()
        scanner.expect("}")
        guard scanner.isAtEnd else { return nil }
        return .opened(
            BulkEvent.Opened(
                session: session, isFirst: isFirst(event, "session/", session.id), operatorID: operatorID,
                operatorHash: hash(operatorID), operatorName: operatorName, operatorRole: operatorRole,
                createdAt: createdAt, expiresAt: expiresAt, ipAddress: ipAddress, userAgent: userAgent,
                metadata: metadata))
    }

    mutating func closed() -> BulkEvent? {
        scanner.expect(#"{"session_id":"#)
        let session = subject()
        scanner.expect(#","operator_id":"#)
        let operatorID = plain()
        scanner.expect(#","reason":"#)
        guard let reason = scanner.word(Self.reasons) else { return nil }
        scanner.expect("}")
        return .closed(
            BulkEvent.Closed(
                session: session, operatorID: operatorID, operatorHash: hash(operatorID), reason: reason.name))
    }
}
