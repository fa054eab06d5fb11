import EventLog
import Governance
import Hummingbird
import Ledger
import NIOCore
import Projections

/// Asking, and looking (hitl-api 8.1 to 8.3 and 8.7).
extension HITLDoor {
    static let pageDefault = 50
    static let pageMax = 100

    @Sendable func submit(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var body = AnalysisBody(try BodyReader(call.body, as: .typed))
        let submission = try body.submission(submittedBy: call.principal.actor)
        let origin = try Origin(request, context, by: call.principal, body: call.bytes)
        let receipt: Receipt
        do throws(CommandError) {
            receipt = try await ledger.execute(.submit(submission), origin: origin)
        } catch {
            throw APIError(hitl: error.isAboutAnEarlierOne ? .refused(.decisionExists(submission.decisionID)) : error)
        }
        // Whoever repeats a question is told that it is known, be it in the same words (hitl-api 3.1).
        guard !receipt.events.isEmpty else { throw APIError(.badRequest, detail: "Decision already exists") }
        return Response.object { writer in
            writer.member("message", "Decision request submitted successfully")
            writer.member("analysis_id", submission.decisionID)
        }
    }

    @Sendable func pending(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var issues: [ValidationIssue] = []
        var priority: RiskLevel?
        if let text = request.query("priority") {
            priority = RiskLevel(rawValue: text)
            if priority == nil {
                issues.append(.notOneOf(RiskLevel.priorities, ["query", "priority"], input: .string(text)))
            }
        }
        let limit = Self.limit(request.query("limit"), &issues)
        guard issues.isEmpty else { throw APIError(issues) }
        let reading = try await Reading(request, of: ledger)
        let rows = try await reading.read { [priority] in try $0.unanswered(at: priority, limit: limit) }
        var writer = JSONWriter(reservingCapacity: 1024 * rows.count)
        writer.array { writer in
            for row in rows { writer.object { AnalysisRequest(row).wholeMembers(to: &$0, row) } }
        }
        return reading.marking(Response.json(.ok, writer.bytes))
    }

    /// A whole number from 1 to 100, `1` or `1.0`.
    private static func limit(_ text: String?, _ issues: inout [ValidationIssue]) -> Int {
        guard let text else { return pageDefault }
        let location: [JSON] = ["query", "limit"]
        let isDecimal = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.".utf8.contains(byte)
        }
        guard isDecimal, let value = Double(text), value == value.rounded(), abs(value) < 1e15 else {
            issues.append(.notInteger(location, input: .string(text)))
            return pageDefault
        }
        if value > Double(pageMax) {
            issues.append(
                ValidationIssue(
                    type: "less_than_equal", location: location,
                    message: "Input should be less than or equal to \(pageMax)", input: .string(text),
                    context: ["le": .number(JSONNumber(pageMax))]))
        } else if value < 1 {
            issues.append(
                ValidationIssue(
                    type: "greater_than_equal", location: location,
                    message: "Input should be greater than or equal to 1", input: .string(text), context: ["ge": 1]))
        }
        return Int(value)
    }

    func analysis(
        _ analysisID: String, _ request: Request, _ context: FrontContext, _ call: Call
    ) async throws -> Response {
        let reading = try await Reading(request, of: ledger)
        guard let row = try await reading.read(.decision(analysisID), { try $0.decision(analysisID) }) else {
            throw APIError(hitl: .refused(.decisionNotFound(analysisID)))
        }
        return reading.marking(Response.object { AnalysisRequest(row).wholeMembers(to: &$0, row) })
    }

    @Sendable func statistics(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let reading = try await Reading(request, of: ledger)
        let now = reading.now
        let figures = try await reading.read { try $0.answerFigures(at: now) }
        let response = Response.object { writer in
            writer.member("total_pending", figures.allPending)
            for priority in RiskLevel.priorities {
                let pending = RiskLevel(rawValue: priority).flatMap { figures.pending[$0] } ?? 0
                writer.member(named: "\(priority)_pending", pending)
            }
            writer.member("total_completed", figures.answered)
            writer.member("avg_response_time_minutes", figures.averageResponseMinutes)
            writer.member("decisions_last_24h", figures.lastDay)
            writer.member("total_approved", figures.approved)
            writer.member("total_rejected", figures.rejected)
            writer.member("total_escalated", figures.escalated)
            writer.member("approval_rate", figures.approvalRate)
            writer.member(
                "oldest_pending_minutes", figures.oldestPending.map { max(0, (now - $0).seconds / 60) } ?? 0)
            writer.member("decisions_today", figures.today)
        }
        return reading.marking(response)
    }

    @Sendable func socketStatistics(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response
    {
        let statistics = live.statistics
        return Response.object { writer in
            writer.member("total_connections", statistics.totalConnections)
            writer.member("total_alerts_sent", statistics.totalAlertsSent)
            writer.member("total_disconnects", statistics.totalDisconnects)
            writer.member("current_connections", statistics.currentConnections)
            writer.member("current_users", statistics.currentUsers)
        }
    }

    @Sendable func status(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let now = ledger.time.now()
        let (figures, users) = try await ledger.views.read { (try $0.answerFigures(at: now), try $0.userCount()) }
        return Response.object { writer in
            writer.member("status", ledger.health.trouble == nil ? "operational" : "degraded")
            writer.member("timestamp", now)
            writer.member("pending_decisions", figures.allPending)
            writer.member("critical_pending", figures.pending[.critical] ?? 0)
            // Nobody claims a question: it is pending until it is answered.
            writer.member("in_review_decisions", 0)
            writer.member("total_users", users)
            writer.member("total_decisions", figures.total)
            writer.member("total_responses", figures.answered)
            writer.member("total_decisions_today", figures.today)
        }
    }
}

extension AnalysisRequest {
    /// The members of hitl-api 7.2, and those of 14.2 behind them.
    fileprivate func wholeMembers(to writer: inout JSONWriter, _ row: DecisionRow) {
        members(to: &writer)
        writer.member("decision_id", analysisID)
        writer.member("status", row.answerStatus ?? "pending")
        writer.member("updated_at", row.updatedAt)
    }
}

extension DecisionRow {
    /// The answer of a person in the words of hitl-api 7.1; nil while there is none.
    var answerStatus: String? {
        switch operatorDecision {
        case "approve": "approved"
        case "reject": "rejected"
        case "escalate": "escalated"
        default: nil
        }
    }
}

extension CommandError {
    /// Whether what was asked for stands under that id already, in whatever state.
    fileprivate var isAboutAnEarlierOne: Bool {
        switch self {
        case .refused(.decisionAlreadyResolved), .refused(.illegalTransition): true
        default: false
        }
    }
}
