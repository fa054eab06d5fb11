import EventLog
import Foundation
import Governance
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    @Sendable func createSession(_ request: Request, _ context: FrontContext) async throws -> Response {
        var (reader, bytes) = try await typedBody(request)
        let operatorID = reader.requiredString("operator_id")
        let operatorName = reader.optionalString("operator_name")
        let operatorRole = reader.optionalString("operator_role")
        let role = reader.optionalString("role")
        let ipAddress = reader.optionalString("ip_address")
        let userAgent = reader.optionalString("user_agent")
        let metadata = reader.optionalObject("metadata") ?? JSONObject()
        if let reason = Identifier.reasonToRefuse(operatorID, sizeBytesMax: Identifier.operatorSizeBytesMax) {
            reader.complain(.unusable("operator_id \(reason)", ["body", "operator_id"], input: .string(operatorID)))
        }
        let chosenRole = context.principal?.rank ?? operatorRole ?? role ?? "soc_operator"
        for (name, text) in [("operator_name", operatorName), ("operator_role", chosenRole), ("ip_address", ipAddress)]
        {
            if let text, let reason = Identifier.reasonToRefuse(word: text) {
                reader.complain(.unusable("\(name) \(reason)", ["body", .string(name)], input: .string(text)))
            }
        }
        try reader.finish()
        // Whoever has proved to be somebody acts as that one, in the place that one has.
        if let principal = context.principal, principal.name != operatorID {
            throw APIError(.forbidden, detail: "operator_id must be your own user name: \(principal.name)")
        }
        let open = OpenSession(
            operatorID: operatorID, operatorName: operatorName, operatorRole: chosenRole,
            ipAddress: ipAddress, userAgent: userAgent, metadata: metadata)
        let sessionID = UUID().uuidString.lowercased()
        let receipt = try await execute(.openSession(sessionID: sessionID, open), request, context, body: bytes)
        guard let opened = receipt.first({ if case .session(.opened(let opened)) = $0 { opened } else { nil } })?.value
        else { throw APIError(.internalServerError, detail: "Failed to create session: no event") }
        return Response.object { writer in
            writer.member("session_id", opened.sessionID)
            writer.member("operator_id", opened.operatorID)
            writer.member("operator_name", opened.operatorName)
            writer.member("operator_role", opened.operatorRole)
            writer.member("created_at", opened.createdAt)
            writer.member("expires_at", opened.expiresAt)
            writer.member("active", true)
            writer.member("message", "Session created successfully")
        }
    }

    @Sendable func closeSession(_ request: Request, _ context: FrontContext) async throws -> Response {
        var (reader, bytes) = try await typedBody(request)
        let sessionID = reader.requiredString("session_id")
        try reader.finish()
        if let principal = context.principal {
            let session = try await ledger.views.readBriefly { try $0.session(sessionID) }
            guard session?.operatorID == principal.name else {
                throw APIError(CommandError.refused(.invalidSession(sessionID)))
            }
        }
        _ = try await execute(.closeSession(sessionID), request, context, body: bytes)
        return Response.object { writer in
            writer.member("session_id", sessionID)
            writer.member("active", false)
            writer.member("message", "Session closed successfully")
        }
    }

    @Sendable func operatorStatistics(_ request: Request, _ context: FrontContext) async throws -> Response {
        let operatorID = try context.pathParameter("operator_id")
        let reading = try await Reading(request, of: ledger)
        let statistics = try await reading.readBriefly { try $0.operatorStatistics(operatorID, at: reading.now) }
        return reading.marking(.object { statistics.members(to: &$0, of: operatorID) })
    }
}

extension OperatorStatistics {
    func members(to writer: inout JSONWriter, of operatorID: String) {
        func rate(_ count: Int) -> Double { reviewed > 0 ? Double(count) / Double(reviewed) : 0 }
        let hours = sessionDuration.seconds / 3600
        writer.member("operator_id", operatorID)
        writer.member("total_sessions", sessions)
        writer.member("total_decisions_reviewed", reviewed)
        writer.member("total_approved", approved)
        writer.member("total_rejected", rejected)
        writer.member("total_escalated", escalated)
        writer.member("approval_rate", rate(approved))
        writer.member("rejection_rate", rate(rejected))
        writer.member("escalation_rate", rate(escalated))
        writer.member("average_review_time", averageReviewSeconds)
        writer.member("total_decisions", reviewed)
        writer.member("approved", approved)
        writer.member("rejected", rejected)
        writer.member("escalated", escalated)
        writer.member("avg_response_time", averageReviewSeconds)
        writer.member("avg_response_time_seconds", averageReviewSeconds)
        writer.member("session_duration", sessionDuration.seconds)
        writer.member("decisions_per_hour", hours > 0 ? Double(reviewed) / hours : 0)
        writer.member("metadata", .emptyObject)
    }
}
