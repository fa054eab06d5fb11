import EventLog
import Foundation
import Governance

/// Prepares events for `GovernanceLoader`.
struct BulkEventReader {
    /// The events that change decisions and sessions, as the log names them.
    enum Kind: String, CaseIterable {
        case submitted = "decision.submitted.v1"
        case approved = "decision.approved.v1"
        case rejected = "decision.rejected.v1"
        case escalated = "decision.escalated.v1"
        case warned = "decision.sla_warned.v1"
        case timedOut = "decision.timed_out.v1"
        case cancelled = "decision.cancelled.v1"
        case executed = "decision.executed.v1"
        case executionFailed = "decision.execution_failed.v1"
        case opened = "session.opened.v1"
        case closed = "session.closed.v1"
    }

    private static let kinds = WordTable(Kind.self)
    private static let risks = WordTable(RiskLevel.self)
    private static let automations = WordTable(AutomationLevel.self)
    private static let actions = WordTable(ActionType.self)
    private static let escalations = WordTable(EscalationType.self)
    private static let channels = WordTable(NotificationChannel.self)
    private static let reasons = WordTable(SessionCloseReason.self)

    private var scanner = PayloadScanner()
    private var days = DayCache()
    var bytes: [UInt8] = []
    /// Where the bytes of the event begin that is being read.
    var base = 0
    var others: [CommittedEvent] = []

    /// The next events of the log from that position on.
    static func chunk(_ log: any EventStore, from position: Position, limit: Int) throws -> GovernanceChunk? {
        var reader = BulkEventReader()
        reader.bytes.reserveCapacity(limit * 640)
        var chunk = GovernanceChunk()
        chunk.records.reserveCapacity(limit)
        try log.scan(from: position, limit: limit) { event in
            chunk.records.append(reader.read(event))
        }
        guard let last = chunk.records.last else { return nil }
        chunk.bytes = reader.bytes
        chunk.others = reader.others
        chunk.checkpoint = Checkpoint(position: last.position, eventID: last.id)
        return chunk
    }

    private mutating func read(_ event: LentEvent) -> BulkRecord {
        base = bytes.count
        var meaning = fast(event)
        if meaning == nil {
            bytes.removeLast(bytes.count - base)
            meaning = slow(event)
        }
        var key: BulkRecord.Key?
        do {
            key = try self.key(event)
        } catch {
            meaning = .odd
        }
        return BulkRecord(
            position: event.position, version: event.version, recordedAt: event.recordedAt.microseconds, id: event.id,
            bytes: base..<bytes.count, key: key, event: meaning ?? .odd)
    }

    // MARK: What our own writers write

    /// Nil for what is left to the slow way.
    private mutating func fast(_ event: LentEvent) -> BulkEvent? {
        guard let kind = Self.kinds.find(event.type) else { return nil }
        bytes.append(contentsOf: event.data)
        scanner.begin(event.data)
        let meaning =
            switch kind {
            case .submitted: submitted(event)
            case .approved: answered(isApproval: true)
            case .rejected: answered(isApproval: false)
            case .escalated: escalated(event)
            case .warned: notice().map { BulkEvent.warned($0) }
            case .timedOut: notice().map { BulkEvent.timedOut($0) }
            case .cancelled: cancelled(event)
            case .executed: executed()
            case .executionFailed: executionFailed()
            case .opened: opened(event)
            case .closed: closed()
            }
        return scanner.isAtEnd ? meaning : nil
    }

    // MARK: Members

    private mutating func plain() -> Slice { scanner.plainString(base, &bytes) }

    private mutating func whole() -> Slice { scanner.string(base, &bytes) }

    private mutating func time() -> Int64 { scanner.time(&days) }

    private mutating func decision() -> BulkEvent.Subject {
        scanner.expect(#"{"decision_id":"#)
        return subject()
    }

    private mutating func subject() -> BulkEvent.Subject {
        let id = plain()
        return subject(id)
    }

    func subject(_ id: Slice) -> BulkEvent.Subject { BulkEvent.Subject(id: id, hash: hash(id)) }

    func hash(_ text: Slice) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            let begin = base + Int(text.start)
            return ByteHash.of(UnsafeBufferPointer(rebasing: bytes[begin..<begin + Int(text.count)]))
        }
    }

    /// Whether the event is the first one of the stream that its subject has for itself.
    func isFirst(_ event: LentEvent, _ category: StaticString, _ id: Slice) -> Bool {
        let size = category.utf8CodeUnitCount
        guard event.version == 1, event.stream.count == size + Int(id.count), let stream = event.stream.baseAddress
        else {
            return false
        }
        return memcmp(stream, category.utf8Start, size) == 0
            && event.stream[size...].elementsEqual(bytes[base + Int(id.start)..<base + Int(id.start) + Int(id.count)])
    }

    private mutating func submitted(_ event: LentEvent) -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","risk_level":"#)
        guard let risk = scanner.word(Self.risks) else { return nil }
        scanner.expect(#","automation_level":"#)
        guard let automation = scanner.word(Self.automations) else { return nil }
        scanner.expect(#","submitted_by":"#)
        let submittedBy = plain()
        scanner.expect(#","priority_score":"#)
        let priorityScore = scanner.double()
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
                riskName: risk.name,
                needsReview: automation.word.requiresReview, automationName: automation.name, submittedBy: submittedBy,
                priorityScore: priorityScore, createdAt: createdAt, requestedAt: requestedAt, deadline: deadline,
                warnAt: warnAt, actionType: action.name, actionParams: params.all, reasoning: reasoning,
                confidence: confidence, threatScore: threatScore, threatType: threatType,
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

    private mutating func answered(isApproval: Bool) -> BulkEvent? {
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

    private mutating func escalated(_ event: LentEvent) -> BulkEvent? {
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

    private mutating func notice() -> BulkEvent.Subject? {
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

    private mutating func cancelled(_ event: LentEvent) -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","reason":"#)
        _ = whole()
        scanner.expect("}")
        return .cancelled(subject, actor: append(plain: event.actor))
    }

    private mutating func executed() -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","result":"#)
        let result = scanner.value()
        scanner.expect("}")
        return .executed(subject, result: result)
    }

    private mutating func executionFailed() -> BulkEvent? {
        let subject = decision()
        scanner.expect(#","error":"#)
        let error = whole()
        scanner.expect("}")
        return .executionFailed(subject, error: error)
    }

    private mutating func opened(_ event: LentEvent) -> BulkEvent? {
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

    private mutating func closed() -> BulkEvent? {
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
