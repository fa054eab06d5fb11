import EventLog
import Governance
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    @Sendable func approve(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await act(.approve, request, context)
    }

    @Sendable func reject(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await act(.reject, request, context)
    }

    @Sendable func escalate(_ request: Request, _ context: FrontContext) async throws -> Response {
        try await act(.escalate, request, context)
    }

    private func act(
        _ kind: OperatorActionKind, _ request: Request, _ context: FrontContext
    ) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        var (reader, bytes) = try await typedBody(request)
        let command = try kind.command(on: decisionID, &reader, by: context.principal)
        let receipt = try await execute(command, request, context, body: bytes)
        let actionType = try await actionType(of: decisionID, receipt)
        let moment = try Self.moment(of: receipt)
        return Response.object {
            kind.write(receipt, on: decisionID, actionType: actionType, at: moment, to: &$0)
        }
    }

    /// When an action was recorded.
    static func moment(of receipt: Receipt) throws(APIError) -> Timestamp {
        guard let event = receipt.events.first else {
            throw APIError(.internalServerError, detail: "The action left no event")
        }
        return event.recorded.recordedAt
    }

    /// The views are asked only where an earlier request did the work.
    private func actionType(of decisionID: String, _ receipt: Receipt) async throws -> String {
        if let decision = receipt.decision { return decision.actionType.rawValue }
        return try await ledger.views.readBriefly { try $0.decision(decisionID)?.actionType } ?? "unknown"
    }
}
