import EventLog
import Governance
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    @Sendable func approve(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        var (reader, bytes) = try await typedBody(request)
        let action = operatorAction(&reader, context)
        try reader.finish()
        let receipt = try await execute(.approve(decisionID: decisionID, action), request, context, body: bytes)
        let result = receipt.first { if case .decision(.executed(_, let result)) = $0 { result } else { nil } }?.value
        let failure =
            receipt.first { if case .decision(.executionFailed(_, let error)) = $0 { error } else { nil } }?.value
        let noExecutor = "No executor registered for action type: \(try await actionType(of: decisionID, receipt))"
        return try reply(receipt, on: decisionID, .approved, message: "approved and executed") { writer in
            writer.member("executed", result != nil)
            writer.member("result", raw: result?.text ?? "{}")
            writer.member("error", result != nil ? nil : failure ?? noExecutor)
        }
    }

    /// The views are asked only where an earlier request did the work.
    private func actionType(of decisionID: String, _ receipt: Receipt) async throws -> String {
        if let decision = receipt.decision { return decision.actionType.rawValue }
        return try await ledger.views.readBriefly { try $0.decision(decisionID)?.actionType } ?? "unknown"
    }

    @Sendable func reject(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        var (reader, bytes) = try await typedBody(request)
        let sessionID = reader.requiredString("session_id")
        let reason = reader.requiredString("reason", orElse: "reasoning")
        let action = operatorAction(&reader, context, sessionID: sessionID)
        try reader.finish()
        let receipt = try await execute(
            .reject(decisionID: decisionID, action, reason: reason), request, context, body: bytes)
        return try reply(receipt, on: decisionID, .rejected, message: "rejected") { writer in
            writer.member("executed", false)
            writer.member("result", .null)
            writer.member("error", nil as String?)
        }
    }

    @Sendable func escalate(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        var (reader, bytes) = try await typedBody(request)
        let sessionID = reader.requiredString("session_id")
        let reason = reader.requiredString("escalation_reason", orElse: "reasoning")
        let target = reader.optionalString("escalation_target") ?? reader.optionalString("to_level")
        let action = operatorAction(&reader, context, sessionID: sessionID)
        try reader.finish()
        let receipt = try await execute(
            .escalate(decisionID: decisionID, action, reason: reason, target: target), request, context, body: bytes)
        let escalated = receipt.first { if case .decision(.escalated(let event)) = $0 { event } else { nil } }
        return try reply(receipt, on: decisionID, .escalated, message: "escalated") { writer in
            writer.member("executed", false)
            writer.object("result") { writer in
                writer.member("decision_id", decisionID)
                writer.member("status", "escalated")
                writer.member("escalated_to", escalated?.value.toRole)
                writer.member("escalation_event_id", escalated.map { "esc_\($0.recorded.id.text)" })
                writer.member("reason", reason)
                writer.memberIfPresent("requested_target", escalated?.value.requestedTarget)
            }
            writer.member("error", nil as String?)
        }
    }

    private func operatorAction(
        _ reader: inout BodyReader, _ context: FrontContext, sessionID: String? = nil
    ) -> OperatorAction {
        OperatorAction(
            sessionID: sessionID ?? reader.requiredString("session_id"), owner: context.principal?.name,
            comment: reader.optionalString("comment"), reasoning: reader.optionalString("reasoning"))
    }

    /// The answer of all three actions; the closure writes what differs.
    private func reply(
        _ receipt: Receipt, on decisionID: String, _ status: DecisionStatus, message: String,
        _ outcome: (inout JSONWriter) -> Void
    ) throws -> Response {
        guard let action = receipt.events.first?.recorded else {
            throw APIError(.internalServerError, detail: "The action left no event")
        }
        return Response.object { writer in
            writer.member("decision_id", decisionID)
            writer.member("action", status.rawValue)
            writer.member("status", status.rawValue)
            writer.member("message", "Decision \(decisionID) \(message)")
            outcome(&writer)
            writer.member("success", true)
            writer.member("timestamp", action.recordedAt)
            writer.member("metadata", .emptyObject)
        }
    }
}
