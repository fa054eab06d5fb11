import EventLog
import Evidence
import Governance
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import NIOCore
import NIOPosix
import Transparency

/// The door for auditors and their programs: checkpoint, tiles and entries as C2SP tlog-tiles has them, proofs, and
/// bundles.
struct EvidenceDoor: Sendable {
    let evidence: EvidenceLog

    static let base = "/api/v1/evidence"

    var routes: [Route] {
        [
            .get("/checkpoint", checkpoint).needing(.read),
            .get("/tile/**", tile).needing(.read),
            .get("\(GovernanceDoor.base)/decision/{decision_id}.tlog-proof", decisionProof).needing(.read, .ask),
            .get("\(Self.base)/events/{position}.tlog-proof", eventProof).needing(.read),
            .get("\(Self.base)/decisions/:decision_id", bundle).needing(.read, .ask),
            .get(Self.base, description).needing(.read),
        ]
    }

    // MARK: C2SP tlog-tiles

    @Sendable private func checkpoint(_ request: Request, _ context: FrontContext) async throws -> Response {
        guard let note = evidence.note else { throw APIError.notYetPublished }
        return .text(note.description, caching: .briefly, for: context.principal)
    }

    @Sendable private func tile(_ request: Request, _ context: FrontContext) async throws -> Response {
        guard let resource = TileResource(path: request.uri.path.dropFirst()) else {
            throw APIError(.notFound, detail: "Not Found")
        }
        // Of a log that is being read after a start, the tree comes when it has been.
        let publication = try await publication(covering: 0)
        let bytes = try await reading { () -> [UInt8]? in
            switch resource {
            case .hashes(let tile): try publication.hashes(of: tile)?.tileBytes
            case .entries(let tile): try publication.entries(of: tile).flatMap { EntryBundle.bytes($0) }
            }
        }
        guard let bytes else { throw APIError(.notFound, detail: "Not Found") }
        return .bytes(bytes, type: "application/octet-stream", caching: .forever, for: context.principal)
    }

    // MARK: Proofs

    @Sendable private func eventProof(_ request: Request, _ context: FrontContext) async throws -> Response {
        guard let position = Int(try context.pathParameter("position")), position > 0 else {
            throw APIError(.notFound, detail: "Not Found")
        }
        let publication = try await publication(covering: position)
        return try await proof(in: publication, context) {
            try evidence.ledger.log.read(from: position, limit: 1).first
        }
    }

    /// The proof of the last event of the decision.
    @Sendable private func decisionProof(_ request: Request, _ context: FrontContext) async throws -> Response {
        let stream = GovernanceEvent.decisionStream(try context.pathParameter("decision_id"))
        let event = try await reading { try evidence.ledger.log.read(stream: stream).last }
        guard let event else { throw APIError(.notFound, detail: "Decision not found") }
        return try await proof(in: try await publication(covering: event.position), context) { event }
    }

    private func proof(
        in publication: Publication, _ context: FrontContext,
        of event: @escaping @Sendable () throws -> RecordedEvent?
    ) async throws -> Response {
        let proof = try await reading { () -> LogProof? in
            guard let event = try event() else { return nil }
            return try evidence.proofs(of: [event], in: publication).first
        }
        guard let proof else { throw APIError(.notFound, detail: "Not Found") }
        return .text(proof.description, caching: .briefly, for: context.principal)
    }

    private func publication(covering position: Position) async throws -> Publication {
        do {
            return try await evidence.publication(covering: position)
        } catch let error as EvidenceError {
            throw APIError(error)
        }
    }

    // MARK: Bundles

    @Sendable private func bundle(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        let zip: [UInt8]?
        do {
            zip = try await EvidenceBundle.bytes(ofDecision: decisionID, from: evidence)
        } catch let error as EvidenceError {
            throw APIError(error)
        }
        guard let zip else { throw APIError(.notFound, detail: "Decision not found") }
        var response = Response.bytes(zip, type: "application/zip", caching: .briefly, for: context.principal)
        response.headers[.contentDisposition] = #"attachment; filename="evidence.zip""#
        return response
    }

    // MARK: The log itself

    @Sendable private func description(_ request: Request, _ context: FrontContext) async throws -> Response {
        let successions = try await reading { try evidence.successions() }
        return Response.object { writer in
            writer.member("origin", evidence.key.name)
            writer.member("key", "\(evidence.key)")
            writer.member("size", evidence.publication?.size ?? 0)
            writer.member("checkpoint", "/checkpoint")
            writer.array("alarms") { writer in
                for alarm in evidence.alarms { writer.string(alarm) }
            }
            writer.array("witnesses") { writer in
                for state in evidence.witnesses {
                    writer.object { writer in
                        writer.member("name", state.witness.key.name)
                        writer.member("key", "\(state.witness.key)")
                        writer.member("url", state.witness.url)
                        writer.member("size", state.size)
                        writer.member("refusal", state.refusal)
                        writer.member("failure", state.failure)
                    }
                }
            }
            writer.array("successions") { writer in
                for note in successions { writer.string(note.description) }
            }
        }
    }

    /// Runs what reads files on a thread that may wait.
    private func reading<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as EvidenceError {
            throw APIError(error)
        }
    }
}

extension APIError {
    fileprivate static let notYetPublished = APIError(
        .serviceUnavailable, detail: "The log is being read, its first checkpoint comes soon",
        headers: [.retryAfter: "1"])

    fileprivate init(_ error: EvidenceError) {
        switch error {
        case .noSuchEvent: self.init(.notFound, detail: "Not Found")
        default: self.init(.serviceUnavailable, detail: "\(error)", headers: [.retryAfter: "1"])
        }
    }
}
