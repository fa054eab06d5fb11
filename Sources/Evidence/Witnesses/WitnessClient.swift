import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Transparency

/// An answer of a witness.
package struct WitnessAnswer: Sendable {
    package let status: Int
    package let body: String

    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

/// Asks one witness.
struct WitnessClient: Sendable {
    typealias Send = @Sendable (WitnessRequest) async throws -> WitnessAnswer

    /// A second conflict after the first was resolved means that others feed the witness too; more than a few mean that
    /// it cannot be satisfied.
    private static let attemptsMax = 4

    let witness: Witness
    let send: Send

    /// Submits a checkpoint.
    ///
    /// - Parameter known: the size of the last checkpoint that the witness has signed, as far as the log knows.
    func submit(_ publication: Publication, known: Int) async -> WitnessOutcome {
        var old = known
        do {
            for _ in 0..<Self.attemptsMax {
                guard let proof = try publication.consistencyProof(from: old) else {
                    return .refused("it has signed \(old) events of this log, which has \(publication.size)")
                }
                let request = WitnessRequest(proof: proof, note: publication.note)
                let answer = try await send(request)
                switch answer.status {
                case 200:
                    guard let cosignature = request.cosignatures(in: answer.body, by: witness.key).last else {
                        return .failed("its answer holds no signature of its key \(witness.key)")
                    }
                    return .cosigned(publication, cosignature)
                case 409:
                    guard let size = WitnessRequest.size(inConflict: answer.body), size != old else {
                        return .refused("it has signed another history of these \(old) events (409)")
                    }
                    old = size
                case 422:
                    return .refused(
                        "it has signed \(old) events of this log that these \(publication.size) do not continue (422)")
                default:
                    return .failed("it answered \(answer.status): \(answer.body.prefix(200).filter { !$0.isNewline })")
                }
            }
            return .failed("it names another size every time")
        } catch {
            return .failed("\(error)")
        }
    }
}

extension WitnessClient {
    private static let timeout = TimeAmount.seconds(10)
    private static let answerSizeBytesMax = 1 << 16

    /// Sends by HTTP (C2SP tlog-witness, "add-checkpoint").
    static func http(_ witness: Witness, _ client: HTTPClient) -> Send {
        { request in
            var post = HTTPClientRequest(url: "\(witness.url)/\(WitnessRequest.path)")
            post.method = .POST
            post.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
            post.body = .bytes(ByteBuffer(string: request.body))
            let response = try await client.execute(post, timeout: timeout)
            let body = try await response.body.collect(upTo: answerSizeBytesMax)
            return WitnessAnswer(status: Int(response.status.code), body: String(buffer: body))
        }
    }
}
