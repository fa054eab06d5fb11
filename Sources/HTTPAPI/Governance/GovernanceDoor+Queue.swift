import EventLog
import Governance
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    static let pageDefault = 100
    static let pageMax = 1000

    @Sendable func health(_ request: Request, _ context: FrontContext) async throws -> Response {
        let counts = try await ledger.views.read { try $0.decisionCounts() }
        let streams = hub.counts
        return Response.object { writer in
            writer.member("status", "healthy")
            writer.member("active_connections", streams.active)
            writer.member("total_connections", streams.total)
            writer.member("decisions_streamed", streams.announced)
            writer.member("queue_size", counts.filter(\.isQueued).reduce(0) { $0 + $1.count })
            writer.member("timestamp", ledger.time.now())
            writer.member("version", Banner.version)
        }
    }

    @Sendable func pending(_ request: Request, _ context: FrontContext) async throws -> Response {
        let limit = try request.queryNumber("limit", default: Self.pageDefault, max: Self.pageMax)
        let reading = try await Reading(request, of: ledger)
        let now = reading.now
        let page =
            try await reading.isPast
            ? reading.read { try QueuePage($0, limit: limit, at: now) }
            : queuePages.page(limit: limit, of: ledger.views, at: now)
        return reading.marking(.object(sizeBytes: page.sizeBytes) { page.members(to: &$0, at: now) })
    }

    func list(_ request: Request, _ dialect: Dialect) async throws -> Response {
        let filter = try DecisionFilter(
            statuses: words("status", of: request, DecisionStatus.init(word:), DecisionStatus.allCases.map(\.rawValue)),
            riskLevels: words("risk_level", of: request, RiskLevel.init(word:), RiskLevel.allCases.map(\.rawValue)))
        let limit = try request.queryNumber("limit", default: Self.pageDefault, max: Self.pageMax)
        let offset = try request.queryNumber("offset", default: 0, max: .max / 2)
        let reading = try await Reading(request, of: ledger)
        let page = try await reading.read { try $0.decisions(filter, limit: limit, offset: offset) }
        let response = Response.object { writer in
            writer.array("decisions") { writer in
                for row in page.decisions { FlatDecision(row).writeElement(to: &writer, in: dialect) }
            }
            writer.member("total", page.total)
        }
        return reading.marking(response)
    }

    /// The values of a parameter that may be repeated or hold several words between commas. Empty ones mean all.
    private func words<Value: Hashable>(
        _ name: String, of request: Request, _ parse: (String) -> Value?, _ known: [String]
    ) throws -> [Value] {
        var values: [Value] = []
        for text in request.uri.queryValues(name).flatMap({ $0.split(separator: ",") }) {
            guard let value = parse(String(text)) else {
                throw APIError([.notOneOf(known, ["query", .string(name)], input: .string(String(text)))])
            }
            if !values.contains(value) { values.append(value) }
        }
        return values
    }

    @Sendable func escalations(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = request.query("decision_id")
        let limit = try request.queryNumber("limit", default: Self.pageDefault, max: Self.pageMax)
        let reading = try await Reading(request, of: ledger)
        let (rows, counts) = try await reading.read { views in
            (try views.escalations(of: decisionID, limit: limit), try views.escalationCounts())
        }
        let response = Response.object { writer in
            writer.array("escalations") { writer in
                for row in rows { row.write(to: &writer) }
            }
            writer.member("total_escalations", counts.values.reduce(0, +))
            writer.member("timeout_escalations", counts[EscalationType.timeout.rawValue] ?? 0)
            writer.member("risk_escalations", counts[EscalationType.highRisk.rawValue] ?? 0)
            writer.member("rejection_escalations", counts[EscalationType.multipleRejections.rawValue] ?? 0)
            writer.member("operator_escalations", counts[EscalationType.operatorRequest.rawValue] ?? 0)
        }
        return reading.marking(response)
    }
}

extension QueuePage {
    /// About how long it is in an answer.
    var sizeBytes: Int { decisions.count + 1024 }

    func members(to writer: inout JSONWriter, at now: Timestamp) {
        let total = counts.reduce(0) { $0 + $1.count }
        let oldestAge = figures.oldestCreatedAt.map { max(0, (now - $0).seconds) }
        writer.member("total_pending", total)
        for name: StaticString in ["by_risk_level", "by_category", "by_severity"] {
            writer.object(name) { writer in
                for risk in RiskLevel.allCases {
                    let count = counts.filter { $0.riskLevel == risk }.reduce(0) { $0 + $1.count }
                    writer.member(named: risk.rawValue, count)
                }
            }
        }
        writer.key("oldest_pending_seconds")
        if let oldestAge { writer.int(Int(oldestAge)) } else { writer.null() }
        writer.member("sla_violations", figures.slaViolations)
        writer.key("decisions")
        writer.raw(decisions)
        writer.member("total", total)
        writer.member("oldest_decision_age_seconds", oldestAge ?? 0)
        writer.object("metadata") { writer in
            writer.member("decisions_per_minute", figures.submittedPerMinute(at: now))
            writer.member("avg_response_time", figures.averageReviewSeconds)
        }
        writer.object("by_status") { writer in
            for status in DecisionStatus.allCases where status.isOpen {
                let count = counts.filter { $0.status == status }.reduce(0) { $0 + $1.count }
                writer.member(named: status.rawValue, count)
            }
        }
    }
}

extension EscalationRow {
    /// No channel has a handler, so none was sent (governance-api 7.6).
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("event_id", eventID)
            writer.member("decision_id", decisionID)
            writer.member("escalation_type", type)
            writer.member("timestamp", occurredAt)
            writer.member("from_role", fromRole)
            writer.member("to_role", toRole)
            writer.member("requested_target", requestedTarget)
            writer.member("reason", reason)
            writer.member("rule_id", ruleID)
            writer.member("notify", raw: notify)
            writer.member("email_sent", false)
            writer.member("sms_sent", false)
            writer.member("slack_sent", false)
            writer.member("metadata", .emptyObject)
        }
    }
}
