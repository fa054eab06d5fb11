import EventLog
import Foundation
import Governance

/// What is not written as our own writers write it, and what is of other domains: read by the JSON parser.
extension BulkEventReader {
    private static let keyName = Array(#""idempotencykey""#.utf8)
    /// In the name, of its first one.
    private static let placeOfY = 11

    mutating func slow(_ event: LentEvent) -> BulkEvent {
        let committed = CommittedEvent(event.owned)
        if committed.problem != nil { return .odd }
        switch committed.meaning {
        case nil: return .none
        case .identity, .store:
            others.append(committed)
            return .other(others.count - 1)
        case .governance(.decision(let decision)): return read(decision, event)
        case .governance(.session(.opened(let opened))): return read(opened, event)
        case .governance(.session(.closed(let sessionID, let operatorID, let reason))):
            let (session, operatorID) = (append(plain: sessionID), append(plain: operatorID))
            return .closed(
                BulkEvent.Closed(
                    session: subject(session), operatorID: operatorID, operatorHash: hash(operatorID),
                    reason: append(reason.rawValue)))
        }
    }

    private mutating func read(_ decision: DecisionEvent, _ event: LentEvent) -> BulkEvent {
        let id = append(plain: decision.decisionID)
        let subject = subject(id)
        switch decision {
        case .submitted(let submitted): return read(submitted, subject, event)
        case .approved(let verdict):
            return .answered(
                BulkEvent.Answered(subject: subject, isApproval: true, verdict: read(verdict, orElse: verdict.comment)))
        case .rejected(let verdict, let reason):
            let notes = reason.isEmpty ? verdict.comment : reason
            return .answered(
                BulkEvent.Answered(subject: subject, isApproval: false, verdict: read(verdict, orElse: notes)))
        case .escalated(let escalated): return read(escalated, subject, event)
        case .slaWarned: return .warned(subject)
        case .timedOut: return .timedOut(subject)
        case .cancelled: return .cancelled(subject, actor: append(plain: event.actor))
        case .executed(_, let result): return .executed(subject, result: append(result.text))
        case .executionFailed(_, let error): return .executionFailed(subject, error: append(error))
        }
    }

    private mutating func read(
        _ submitted: DecisionSubmitted, _ subject: BulkEvent.Subject, _ event: LentEvent
    ) -> BulkEvent {
        let context = submitted.context
        return .submitted(
            BulkEvent.Submitted(
                subject: subject, isFirst: isFirst(event, "decision/", subject.id), risk: submitted.riskLevel,
                needsReview: submitted.automationLevel.requiresReview,
                automationName: append(submitted.automationLevel.rawValue),
                submittedBy: append(plain: submitted.submittedBy),
                createdAt: submitted.createdAt.microseconds,
                requestedAt: (submitted.requestedAt ?? submitted.createdAt).microseconds,
                deadline: submitted.slaDeadline?.microseconds, warnAt: submitted.warnAt?.microseconds,
                actionType: append(context.actionType.rawValue),
                actionParams: append(JSON.object(context.actionParams).text),
                reasoning: append(context.reasoning), confidence: append(context.confidence.text),
                threatScore: append(context.threatScore.text), threatType: append(context.threatType),
                target: append(context.target), recommendedAction: append(context.recommendedAction),
                metadata: append(JSON.object(context.metadata).text)))
    }

    /// - Parameter others: what stands in for the comment where the way of asking knows no actions.
    private mutating func read(_ verdict: OperatorVerdict, orElse others: String) -> BulkEvent.Verdict {
        let operatorID = append(plain: verdict.operatorID)
        let sessionID = verdict.sessionID.map { append(plain: $0) }
        return BulkEvent.Verdict(
            operatorID: operatorID, operatorHash: hash(operatorID), sessionID: sessionID,
            sessionHash: sessionID.map { hash($0) } ?? 0, decisionCreatedAt: verdict.decisionCreatedAt.microseconds,
            notes: append(verdict.notes(orElse: others)), namedActions: verdict.namedActionsText.map { append($0) })
    }

    private mutating func read(
        _ escalated: DecisionEscalated, _ subject: BulkEvent.Subject, _ event: LentEvent
    ) -> BulkEvent {
        let verdict = escalated.verdict.map { verdict in
            read(verdict, orElse: verdict.comment.isEmpty ? escalated.reason : verdict.comment)
        }
        return .escalated(
            BulkEvent.Escalated(
                subject: subject, type: escalated.type, typeName: append(escalated.type.rawValue),
                fromRole: append(plain: escalated.fromRole),
                toRole: append(plain: escalated.toRole), requestedTarget: escalated.requestedTarget.map { append($0) },
                reason: append(escalated.reason), ruleID: escalated.ruleID.map { append(plain: $0) },
                notify: append(escalated.notifyText), eventID: append("esc_" + event.id.text), verdict: verdict))
    }

    private mutating func read(_ opened: SessionOpened, _ event: LentEvent) -> BulkEvent {
        let id = append(plain: opened.sessionID)
        let session = subject(id)
        let operatorID = append(plain: opened.operatorID)
        return .opened(
            BulkEvent.Opened(
                session: session, isFirst: isFirst(event, "session/", session.id), operatorID: operatorID,
                operatorHash: hash(operatorID), operatorName: append(plain: opened.operatorName),
                operatorRole: append(plain: opened.operatorRole), createdAt: opened.createdAt.microseconds,
                expiresAt: opened.expiresAt.microseconds, ipAddress: opened.ipAddress.map { append(plain: $0) },
                userAgent: opened.userAgent.map { append(plain: $0) },
                metadata: append(JSON.object(opened.metadata).text)))
    }

    // MARK: The idempotency key

    /// - Throws: `JSONError` where the metadata cannot be read.
    mutating func key(_ event: LentEvent) throws -> BulkRecord.Key? {
        // Most events have none: looking for its name is cheaper than parsing every metadata.
        guard Self.mentionsKey(event.metadata) else { return nil }
        let metadata = try EventMetadata(json: String(decoding: event.metadata, as: UTF8.self))
        guard let key = metadata.idempotencyKey, let hash = metadata.requestHash else { return nil }
        return BulkRecord.Key(key: append(plain: key), requestHash: append(plain: hash))
    }

    /// Of the names in a metadata only this one has a `y`, so the search ends mostly where it begins.
    private static func mentionsKey(_ metadata: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = metadata.baseAddress else { return false }
        var place = 0
        while let found = memchr(start + place, CInt(UInt8(ascii: "y")), metadata.count - place) {
            place = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            let begin = place - placeOfY
            if begin >= 0, metadata[begin...].starts(with: keyName) { return true }
            place += 1
        }
        return false
    }

    // MARK: Texts

    mutating func append(_ text: String) -> Slice { append(text.utf8) }

    /// A text that our columns hold only up to its first NUL, as GRDB binds a `String`.
    private mutating func append(plain text: String) -> Slice { append(text.utf8.prefix { $0 != 0 }) }

    mutating func append(plain text: UnsafeBufferPointer<UInt8>) -> Slice { append(text.prefix { $0 != 0 }) }

    private mutating func append(_ text: some Collection<UInt8>) -> Slice {
        let place = bytes.count
        bytes.append(contentsOf: text)
        return Slice(place - base, bytes.count - place)
    }
}
