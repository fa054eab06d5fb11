import EventLog
import Governance
import Hummingbird
import Identity
import Ledger
import Projections

extension HITLDoor {
    static let auditDefault = 100
    static let auditMax = 1000

    /// What happened at every door, newest first (hitl-api 14.4 and 15).
    @Sendable func audit(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var issues: [ValidationIssue] = []
        let filter = AuditFilter(
            event: request.query("event"), user: request.query("user"),
            since: Self.moment("since", request, &issues), until: Self.moment("until", request, &issues))
        let limit = try request.queryNumber("limit", default: Self.auditDefault, max: Self.auditMax)
        guard issues.isEmpty else { throw APIError(issues) }
        let log = ledger.log
        let entries = try await AuditDoor.answering {
            try await ledger.audit.read { try AuditEntry.newest(limit, in: $0, of: log, matching: filter) }
        }
        var writer = JSONWriter(reservingCapacity: 192 * entries.count)
        writer.array { writer in for entry in entries { entry.write(to: &writer) } }
        return Response.json(.ok, writer.bytes)
    }

    private static func moment(_ name: String, _ request: Request, _ issues: inout [ValidationIssue]) -> Timestamp? {
        guard let text = request.query(name) else { return nil }
        if let moment = LenientTime.read(.string(text.withPlusBeforeOffset)) { return moment }
        let reason = "a date and a time such as 2025-10-14T10:00:00Z is wanted"
        issues.append(
            ValidationIssue(
                type: "datetime_parsing", location: ["query", .string(name)],
                message: "Input should be a valid datetime, \(reason)", input: .string(text),
                context: ["error": .string(reason)]))
        return nil
    }
}

/// What is asked for, in the words of hitl-api 15.
struct AuditFilter: Sendable {
    let event: String?
    let user: String?
    let since: Timestamp?
    let until: Timestamp?

    func matches(_ entry: AuditEntry) -> Bool {
        event.map { $0 == entry.event } ?? true && user.map { $0 == entry.user } ?? true
            && since.map { entry.timestamp >= $0 } ?? true && until.map { entry.timestamp <= $0 } ?? true
    }
}

/// An event of the log in the words of hitl-api 15.
struct AuditEntry: Sendable {
    let timestamp: Timestamp
    let event: String
    let user: String
    let details: JSON

    /// Entries that are looked at together.
    private static let page = 1000

    /// The newest ones that the index finds.
    static func newest(
        _ limit: Int, in index: AuditReader, of log: any EventStore, matching filter: AuditFilter
    ) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        let position = try index.position()
        var bookmark: AuditBookmark?
        repeat {
            // The index may find more than is asked for, never less.
            let page = try index.page(
                filter.question, limit: min(limit - entries.count, Self.page), after: bookmark, asOf: position)
            let events = try log.read(positions: page.rows.map(\.position))
            for event in page.rows.compactMap({ events[$0.position] }) {
                if let entry = AuditEntry(CommittedEvent(event)), filter.matches(entry) { entries.append(entry) }
            }
            bookmark = page.next
        } while bookmark != nil && entries.count < limit
        return entries
    }

    /// Nil for an event that this record does not speak of.
    init?(_ committed: CommittedEvent) {
        let described: (event: String, user: String, details: JSON)?
        switch committed.meaning {
        case .identity(.user(let event)): described = Self.describe(event)
        case .identity(.login(let event)): described = Self.describe(event, committed.recorded)
        case .identity(.access(let event)): described = Self.describe(event, committed.recorded)
        case .governance(.decision(let event)): described = Self.describe(event)
        case .governance(.session), .store, nil: described = nil
        }
        guard let described else { return nil }
        timestamp = committed.recorded.recordedAt
        (event, user, details) = described
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", timestamp)
            writer.member("event", event)
            writer.member("user", user)
            writer.member("details", details)
        }
    }

    private static func describe(_ event: UserEvent) -> (String, String, JSON)? {
        let who = name(of: event.actor)
        switch event {
        case .registered(let registered):
            return (
                "USER_CREATED", who,
                ["new_user": .string(registered.username), "role": .string(registered.role.rawValue)]
            )
        case .profileChanged: return changed("profile", event)
        case .roleChanged(_, let role):
            return ("USER_CHANGED", who, changes("role", event, ["role": .string(role.rawValue)]))
        case .activated: return changed("activated", event)
        case .deactivated: return changed("deactivated", event)
        case .passwordChanged: return changed("password", event)
        case .credentialChanged: return changed("credential", event)
        case .secondFactorReset: return changed("2fa_reset", event)
        case .secondFactorSetUp(let change, _, _): return ("2FA_SETUP", change.username, ["status": "initiated"])
        case .secondFactorEnabled(let change, _): return ("2FA_ENABLED", change.username, .emptyObject)
        case .codeUsed, .backupCodeUsed, .passwordRehashed: return nil
        }
    }

    private static func changed(_ what: String, _ event: UserEvent) -> (String, String, JSON) {
        ("USER_CHANGED", name(of: event.actor), changes(what, event, .emptyObject))
    }

    private static func changes(_ what: String, _ event: UserEvent, _ more: JSON) -> JSON {
        let members = [
            JSONObject.Member(key: "user", value: .string(event.username)),
            JSONObject.Member(key: "change", value: .string(what)),
        ]
        return .object(JSONObject(members + (more.objectValue?.members ?? [])))
    }

    private static func describe(_ event: LoginEvent, _ recorded: RecordedEvent) -> (String, String, JSON)? {
        switch event {
        case .opened(let opened):
            (
                "LOGIN_SUCCESS", opened.username,
                ["ip": address(of: recorded), "factor": .string(opened.factor.rawValue)]
            )
        case .closed(let closed):
            ("LOGOUT", closed.username, ["ip": address(of: recorded), "reason": .string(closed.reason.rawValue)])
        case .refreshed: nil
        }
    }

    private static func describe(_ event: AccessEvent, _ recorded: RecordedEvent) -> (String, String, JSON)? {
        switch event {
        case .loginFailed(let username, let reason):
            ("LOGIN_FAILED", username, ["reason": .string(reason.rawValue), "ip": address(of: recorded)])
        case .codeRefused(let username):
            ("2FA_VERIFY_FAILED", username, ["reason": "invalid_code", "ip": address(of: recorded)])
        case .permissionRefused(let username, let operation):
            ("ACCESS_DENIED", username, ["operation": .string(operation), "ip": address(of: recorded)])
        case .socketOpened(let username):
            ("WEBSOCKET_CONNECTED", username, ["ip": address(of: recorded)])
        case .streamOpened(let stream):
            (
                "STREAM_OPENED", name(of: stream.watcher),
                ["token": .string(stream.token), "gateway": .string(stream.gateway)]
            )
        case .streamClosed(let stream, let reason):
            (
                "STREAM_CLOSED", name(of: stream.watcher),
                ["token": .string(stream.token), "reason": .string(reason.rawValue)]
            )
        }
    }

    private static func describe(_ event: DecisionEvent) -> (String, String, JSON)? {
        switch event {
        case .submitted(let submitted):
            let request = AnalysisRequest(submitted)
            return (
                "DECISION_SUBMITTED", name(of: submitted.submittedBy),
                [
                    "analysis_id": .string(submitted.decisionID), "priority": .string(submitted.riskLevel.rawValue),
                    "threat_level": .string(request.threatLevel),
                ]
            )
        case .approved(let verdict): return made(verdict, "approved")
        case .rejected(let verdict, _): return made(verdict, "rejected")
        case .escalated(let escalated):
            guard let verdict = escalated.verdict else { return nil }
            return (
                "DECISION_ESCALATED", verdict.operatorID,
                ["analysis_id": .string(escalated.decisionID), "reason": .string(escalated.reason)]
            )
        case .slaWarned, .timedOut, .cancelled, .executed, .executionFailed: return nil
        }
    }

    private static func made(_ verdict: OperatorVerdict, _ status: String) -> (String, String, JSON) {
        (
            "DECISION_MADE", verdict.operatorID,
            [
                "analysis_id": .string(verdict.decisionID), "status": .string(status),
                "actions": .array((verdict.namedActions ?? []).map { .string($0) }),
            ]
        )
    }

    /// The name in `user:admin`.
    private static func name(of actor: String) -> String {
        guard let colon = actor.firstIndex(of: ":"), actor.hasPrefix("user:") || actor.hasPrefix("agent:") else {
            return actor
        }
        return String(actor[actor.index(after: colon)...])
    }

    private static func address(of recorded: RecordedEvent) -> JSON {
        let metadata = try? EventMetadata(json: recorded.metadata)
        return .string(metadata?.sourceAddress ?? "unknown")
    }
}
