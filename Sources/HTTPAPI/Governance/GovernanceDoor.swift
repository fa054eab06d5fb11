import Crypto
import EventLog
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Ledger
import Projections

/// The door of the Governance API: translates requests into commands and queries, and their results into the words of
/// the contract.
struct GovernanceDoor: Sendable {
    let ledger: Ledger
    let hub: StreamHub
    let configuration: FrontConfiguration

    static let base = "/api/v1/governance"
    static let aliasBase = "/governance"

    var routes: [Route] {
        let base = Self.base
        return [
            .get("\(base)/health", health),
            .get("\(base)/pending", pending),
            .get("\(base)/escalations", escalations),
            .post("\(base)/session/create", createSession),
            .post("\(base)/session/close", closeSession),
            .get("\(base)/session/:operator_id/stats", operatorStatistics),
            .get("\(base)/decision/:decision_id", nestedDecision),
            .get("\(base)/decision/:decision_id/status", decisionStatus),
            .get("\(base)/decision/:decision_id/watch", watch),
            .post("\(base)/decision/:decision_id/approve", approve),
            .post("\(base)/decision/:decision_id/reject", reject),
            .post("\(base)/decision/:decision_id/escalate", escalate),
            .get("\(base)/stream/:operator_id", stream),
            .post("\(base)/test/enqueue", enqueue),
            .get("\(base)/decisions", { request, _ in try await list(request, .canonical) }),
            .get("\(base)/decisions/:decision_id", wholeDecision),
            .post("\(base)/decisions", submit),
            .get("\(Self.aliasBase)/decisions", { request, _ in try await list(request, .alias) }),
            .get("\(Self.aliasBase)/decisions/:decision_id", flatDecision),
            .get("\(Self.aliasBase)/stream", aliasStream),
        ]
    }

    // MARK: Commands

    func execute(_ command: Command, _ request: Request, _ context: FrontContext, body: [UInt8]) async throws -> Receipt
    {
        let origin = Origin(
            requestID: context.id, idempotency: try idempotencyKey(of: request, body: body),
            traceparent: request.headers[.traceparent].flatMap { $0.utf8.count <= 128 ? $0 : nil },
            sourceAddress: context.remoteAddress)
        do throws(CommandError) {
            return try await ledger.execute(command, origin: origin)
        } catch {
            throw APIError(error)
        }
    }

    private func idempotencyKey(of request: Request, body: [UInt8]) throws -> IdempotencyKey? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(
                .unprocessableContent, detail: "An Idempotency-Key has 1 to 255 visible ASCII characters")
        }
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        return IdempotencyKey(key: key, requestHash: Hex.text(hash.finalize()))
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
