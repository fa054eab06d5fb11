import EventLog
import Governance
import Identity
import Ledger
import Projections

/// What an entry shows of its decision and of the circumstances (governance-api 9), made from the events of the log.
package struct AuditSnapshots: Sendable {
    /// Whether personal data is taken out.
    package let redacts: Bool
    /// Whether long values are left out, so that lists and exports stay small.
    let shortens: Bool

    private static let objectSizeBytesMax = 16 * 1024
    private static let textSizeBytesMax = 8 * 1024

    package init(redacts: Bool, shortens: Bool) {
        self.redacts = redacts
        self.shortens = shortens
    }

    private func shown(_ members: [(String, JSON)]) -> JSON {
        let object = JSON.object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
        return redacts ? Redaction.redacted(object) : object
    }

    private func object(_ object: JSONObject) -> JSON { value(.object(object)) }

    private func value(_ value: JSON) -> JSON {
        guard shortens, value.isLarge(Self.objectSizeBytesMax) else { return value }
        return ["truncated": true]
    }

    private func text(_ text: String) -> JSON {
        .string(shortens ? text.shortened(toJSONBytes: Self.textSizeBytesMax) : text)
    }

    private func text(_ words: String?) -> JSON { words.map { text($0) as JSON } ?? .null }

    // MARK: The decision

    /// The decision as it stood after the event; null for what is about none.
    package func decision(of record: AuditRecord) -> JSON {
        guard let submitted = record.submitted else { return .null }
        let context = submitted.context
        return shown([
            ("decision_id", .string(submitted.decisionID)),
            ("action_type", .string(context.actionType.rawValue)),
            ("action_params", object(context.actionParams)),
            ("risk_level", .string(submitted.riskLevel.rawValue)),
            ("automation_level", .string(submitted.automationLevel.rawValue)),
            ("status", record.row.status.map { .string($0.rawValue) } ?? .null),
            ("confidence", .number(context.confidence)),
            ("threat_score", .number(context.threatScore)),
            ("created_at", .string(submitted.createdAt.rfc3339)),
            ("metadata", object(context.metadata)),
        ])
    }

    // MARK: The circumstances

    package func context(of record: AuditRecord) -> JSON {
        switch record.event.meaning {
        case .governance(.decision(let event)): shown(members(of: event, record))
        case .governance(.session(let event)): shown(members(of: event))
        case .identity(.user(let event)): shown(members(of: event))
        case .identity(.login(let event)): shown(members(of: event))
        case .identity(.access(let event)): shown(members(of: event))
        case .store(.restored(let restored)): shown([("position", .number(JSONNumber(restored.position)))])
        case .store(.letterSkipped(let skipped)):
            shown([
                ("position", .number(JSONNumber(skipped.position))),
                ("projections", .array(skipped.projections.map { .string($0) })), ("reason", text(skipped.reason)),
            ])
        case nil: shown([("type", .string(record.event.recorded.type))])
        }
    }

    private func members(of event: DecisionEvent, _ record: AuditRecord) -> [(String, JSON)] {
        switch event {
        case .submitted(let submitted): members(of: submitted, as: record.row.type)
        case .approved(let verdict): members(of: verdict)
        case .rejected(let verdict, let reason): [("rejection_reason", text(reason))] + members(of: verdict)
        case .escalated(let escalated): members(of: escalated)
        case .slaWarned(let notice), .timedOut(let notice):
            [
                ("sla_deadline", .string(notice.slaDeadline.rfc3339)),
                ("risk_level", .string(notice.riskLevel.rawValue)),
                ("action_type", .string(notice.actionType.rawValue)),
            ]
        case .cancelled(_, let reason): [("reason", text(reason))]
        case .executed(_, let result):
            [
                ("execution_output", value(result)), ("operator_comment", text(record.approval?.comment)),
                ("modifications", .emptyObject),
            ]
        case .executionFailed(_, let error):
            [
                ("error", text(error)),
                ("action_type", record.submitted.map { .string($0.context.actionType.rawValue) } ?? .null),
            ]
        }
    }

    private func members(of submitted: DecisionSubmitted, as type: AuditEventType) -> [(String, JSON)] {
        if type == .decisionQueued {
            return [
                ("sla_deadline", submitted.slaDeadline.map { .string($0.rfc3339) } ?? .null),
                ("risk_level", .string(submitted.riskLevel.rawValue)),
            ]
        }
        return [
            ("action_type", .string(submitted.context.actionType.rawValue)),
            ("confidence", .number(submitted.context.confidence)),
            ("threat_score", .number(submitted.context.threatScore)),
            ("risk_level", .string(submitted.riskLevel.rawValue)),
            // The score with which it entered the queue: the only one that is on record.
            ("risk_score", .number(JSONNumber(submitted.priorityScore))),
            ("automation_level", .string(submitted.automationLevel.rawValue)),
        ]
    }

    private func members(of verdict: OperatorVerdict) -> [(String, JSON)] {
        var members: [(String, JSON)] = [
            ("operator_comment", text(verdict.comment)), ("operator_reasoning", text(verdict.reasoning)),
            ("session_id", .optional(verdict.sessionID)),
        ]
        if let actions = verdict.namedActions {
            members.append(("approved_actions", .array(actions.map { .string($0) })))
        }
        return members
    }

    private func members(of escalated: DecisionEscalated) -> [(String, JSON)] {
        let members: [(String, JSON)] = [
            ("escalation_reason", text(escalated.reason)), ("escalated_to", .string(escalated.toRole)),
            ("escalated_from", .string(escalated.fromRole)), ("escalation_type", .string(escalated.type.rawValue)),
            ("requested_target", .optional(escalated.requestedTarget)), ("rule_id", .optional(escalated.ruleID)),
        ]
        return members + (escalated.verdict.map { self.members(of: $0) } ?? [])
    }

    private func members(of event: SessionEvent) -> [(String, JSON)] {
        switch event {
        case .opened(let opened):
            [
                ("session_id", .string(opened.sessionID)), ("operator_name", text(opened.operatorName)),
                ("operator_role", .string(opened.operatorRole)), ("expires_at", .string(opened.expiresAt.rfc3339)),
                ("ip_address", .optional(opened.ipAddress)), ("user_agent", text(opened.userAgent)),
            ]
        case .closed(let sessionID, _, let reason):
            [("session_id", .string(sessionID)), ("reason", .string(reason.rawValue))]
        }
    }

    // What proves who somebody is stands nowhere here, hashed neither.

    private func members(of event: UserEvent) -> [(String, JSON)] {
        let user: [(String, JSON)] = [("username", .string(event.username))]
        switch event {
        case .registered(let registered):
            return user + [
                ("role", .string(registered.role.rawValue)), ("rank", .string(registered.rank)),
                ("user_email", .string(registered.email)), ("user_name", text(registered.fullName)),
            ]
        case .profileChanged(_, let email, let fullName, let rank):
            return user + [("rank", .string(rank)), ("user_email", .string(email)), ("user_name", text(fullName))]
        case .roleChanged(_, let role): return user + [("role", .string(role.rawValue))]
        case .activated, .deactivated, .passwordChanged, .passwordRehashed, .credentialChanged, .secondFactorSetUp,
            .secondFactorEnabled, .codeUsed, .backupCodeUsed, .secondFactorReset:
            return user
        }
    }

    private func members(of event: LoginEvent) -> [(String, JSON)] {
        let login: [(String, JSON)] = [("username", .string(event.username)), ("session_id", .string(event.loginID))]
        switch event {
        case .opened(let opened):
            return login + [
                ("factor", .string(opened.factor.rawValue)), ("expires_at", .string(opened.expiresAt.rfc3339)),
            ]
        case .refreshed(_, _, _, let expiresAt): return login + [("expires_at", .string(expiresAt.rfc3339))]
        case .closed(let closed): return login + [("reason", .string(closed.reason.rawValue))]
        }
    }

    private func members(of event: AccessEvent) -> [(String, JSON)] {
        switch event {
        case .loginFailed(let username, let reason):
            [("username", .string(username)), ("reason", .string(reason.rawValue))]
        case .permissionRefused(let username, let operation):
            [("username", .string(username)), ("operation", .string(operation))]
        case .codeRefused(let username), .socketOpened(let username): [("username", .string(username))]
        case .streamOpened(let stream): members(of: stream)
        case .streamClosed(let stream, let reason): members(of: stream) + [("reason", .string(reason.rawValue))]
        }
    }

    private func members(of stream: CarriedStream) -> [(String, JSON)] {
        [
            ("watcher", .string(stream.watcher)), ("session_id", .string(stream.sessionID)),
            ("gateway", .string(stream.gateway)), ("token", .string(stream.token)),
        ]
    }

    // MARK: The event

    /// Where the entry stands in the log, and what is known of the request.
    package func metadata(of record: AuditRecord) -> JSON {
        let recorded = record.event.recorded
        let known = try? EventMetadata(json: recorded.metadata)
        var members: [(String, JSON)] = [
            ("event_id", .string(recorded.id.text)), ("stream", .string(recorded.stream.text)),
            ("stream_version", .number(JSONNumber(recorded.version))), ("type", .string(recorded.type)),
        ]
        func add(_ name: String, _ value: String?) {
            if let value { members.append((name, .string(value))) }
        }
        add("correlation_id", known?.correlationID)
        add("causation_id", known?.causationID)
        add("traceparent", known?.traceparent)
        add("ip_address", known?.sourceAddress)
        return shown(members)
    }
}

extension JSON {
    fileprivate static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// Whether it would take more bytes than that; looks no further than it has to.
    fileprivate func isLarge(_ sizeBytesMax: Int) -> Bool {
        var left = sizeBytesMax
        return !fits(&left)
    }

    private func fits(_ left: inout Int) -> Bool {
        switch self {
        case .null, .bool: left -= 5
        case .number(let number): left -= number.text.utf8.count
        case .string(let text): left -= text.utf8.count + 2
        case .array(let elements): return left > 0 && elements.allSatisfy { $0.fits(&left) }
        case .object(let object):
            return left > 0
                && object.members.allSatisfy { member in
                    left -= member.key.utf8.count + 4
                    return member.value.fits(&left)
                }
        }
        return left > 0
    }
}
