import EventLog
import HTTPTypes
import Hummingbird
import Ledger
import Projections

extension AuditDoor {
    /// The whole story of a decision.
    @Sendable func decision(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        let clearance = try await clearance(of: request, context)
        let reading = try await Reading(request, of: ledger)
        let story = try await Self.answering { try await trail(reading).story(of: decisionID) }
        guard let story else { throw APIError(.notFound, detail: "Decision \(decisionID) not found") }
        let snapshots = AuditSnapshots(redacts: clearance.redacts, shortens: false)
        var writer = JSONWriter(reservingCapacity: 8192)
        story.write(to: &writer, snapshots)
        return reading.marking(.json(.ok, writer.bytes))
    }

    // MARK: Deadlines

    /// Deadlines met and missed, by month and risk.
    @Sendable func slaMonths(_ request: Request, _ context: FrontContext) async throws -> Response {
        let period = try Self.period(of: request)
        let reading = try await Reading(request, of: ledger)
        let months = try await Self.answering {
            try await trail(reading).slaMonths(from: period.start, until: period.end)
        }
        let response = Response.object { writer in
            writer.array("months") { writer in
                for month in months { month.write(to: &writer) }
            }
            writer.member("met", months.reduce(0) { $0 + $1.met })
            writer.member("missed", months.reduce(0) { $0 + $1.missed })
            writer.member("timestamp", reading.now)
        }
        return reading.marking(response)
    }

    static func period(of request: Request) throws -> (start: Timestamp?, end: Timestamp?) {
        var issues: [ValidationIssue] = []
        let start = AuditQuery.moment("start_time", request, &issues)
        let end = AuditQuery.moment("end_time", request, &issues)
        if let start, let end, start > end {
            let text = request.query("end_time") ?? ""
            issues.append(.unusable("the end is before the start", ["query", "end_time"], input: .string(text)))
        }
        guard issues.isEmpty else { throw APIError(issues) }
        return (start, end)
    }
}
