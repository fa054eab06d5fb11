import EventLog
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import Projections

/// The door of the Governance API: translates requests into commands and queries, and their results into the words of
/// the contract.
struct GovernanceDoor: Sendable {
    let ledger: Ledger
    let hub: StreamHub
    let configuration: FrontConfiguration
    let queuePages = QueuePages()

    static let base = "/api/v1/governance"
    static let aliasBase = "/governance"
    /// Who may have an operator's stream, here or at a gateway.
    static let streamPermissions: [Permission] = [.read]

    var routes: [Route] {
        let base = Self.base
        return [
            .get("\(base)/health", health),
            .get("\(base)/pending", pending).needing(.read),
            .get("\(base)/escalations", escalations).needing(.read),
            .post("\(base)/session/create", createSession).needing(.answer),
            .post("\(base)/session/close", closeSession).needing(.answer),
            .get("\(base)/session/:operator_id/stats", operatorStatistics).needing(.read),
            .get("\(base)/decision/:decision_id", nestedDecision).needing(.read, .ask),
            .get("\(base)/decision/:decision_id/status", decisionStatus).needing(.read, .ask),
            .get("\(base)/decision/:decision_id/watch", watch).needing(.read, .ask),
            .post("\(base)/decision/:decision_id/approve", approve).needing(.answer),
            .post("\(base)/decision/:decision_id/reject", reject).needing(.answer),
            .post("\(base)/decision/:decision_id/escalate", escalate).needing(.answer),
            .get("\(base)/stream/:operator_id", stream).needing(Self.streamPermissions),
            .post("\(base)/test/enqueue", enqueue).needing(.ask),
            .get("\(base)/decisions", { request, _ in try await list(request, .canonical) }).needing(.read),
            .get("\(base)/decisions/:decision_id", wholeDecision).needing(.read, .ask),
            .post("\(base)/decisions", submit).needing(.ask),
            .get("\(Self.aliasBase)/decisions", { request, _ in try await list(request, .alias) }).needing(.read),
            .get("\(Self.aliasBase)/decisions/:decision_id", flatDecision).needing(.read, .ask),
            .get("\(Self.aliasBase)/stream", aliasStream).needing(Self.streamPermissions),
        ]
    }

    // MARK: Commands

    func execute(_ command: Command, _ request: Request, _ context: FrontContext, body: [UInt8]) async throws -> Receipt
    {
        let origin = try Origin(request, context, by: context.principal, body: body)
        do throws(CommandError) {
            return try await ledger.execute(command, origin: origin)
        } catch {
            throw APIError(error)
        }
    }

    func typedBody(_ request: Request) async throws -> (reader: BodyReader, bytes: [UInt8]) {
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        return (try BodyReader(bytes, isJSON: request.isJSON, as: .typed), bytes)
    }

    func freeFormBody(_ request: Request) async throws -> (reader: BodyReader, bytes: [UInt8]) {
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        return (try BodyReader(bytes, isJSON: request.isJSON, as: .freeForm), bytes)
    }
}
