import EventLog
import Governance
import HTTPTypes
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    /// Answers with what the closure makes of the decision, as it is or as it was.
    private func decision(
        _ request: Request, _ context: FrontContext, _ body: (DecisionRow) -> Response
    ) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        let reading = try await Reading(request, of: ledger)
        guard let row = try await reading.readBriefly(.decision(decisionID), { try $0.decision(decisionID) }) else {
            throw APIError(.notFound, detail: "Decision \(decisionID) not found")
        }
        return reading.marking(body(row))
    }

    @Sendable func nestedDecision(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await decision(request, context) { row in Response.object { row.nestedMembers(to: &$0) } }
    }

    /// The nested form and the flat fields in one object; the nested `context` wins.
    @Sendable func wholeDecision(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await decision(request, context, whole)
    }

    func whole(_ row: DecisionRow) -> Response {
        Response.object { writer in
            row.nestedMembers(to: &writer)
            writer.member("action_type", row.actionType)
            writer.member("target", row.target)
            writer.member("confidence", raw: row.confidence)
            writer.member("reasoning", row.reasoning)
            writer.member("recommended_action", row.recommendedAction)
            writer.member("threat_score", raw: row.threatScore)
            writer.member("threat_type", row.threatType)
            writer.member("submitted_by", row.submittedBy)
            writer.member("version", row.version)
            writer.member("updated_at", row.updatedAt)
            writer.member("escalated_to", row.escalatedTo)
        }
    }

    @Sendable func flatDecision(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await decision(request, context) { row in
            Response.object { FlatDecision(row).members(to: &$0, in: .alias) }
        }
    }

    @Sendable func decisionStatus(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await decision(request, context) { row in Response.object { row.statusMembers(to: &$0) } }
    }
}

extension DecisionRow {
    func statusMembers(to writer: inout JSONWriter) {
        writer.member("decision_id", decisionID)
        writer.member("status", status.rawValue)
    }
}
