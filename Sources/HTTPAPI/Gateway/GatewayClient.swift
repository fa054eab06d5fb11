import AsyncHTTPClient
import EventLog
import NIOCore
import NIOHTTP1

/// Sends to the streams of one gateway, by the extensions that our own gateways have (`/internal/broadcast` and
/// `/internal/retain`).
struct GatewayClient: Sendable {
    /// The gateway has not done what it was asked, or nobody knows whether it has.
    enum Failure: Error, CustomStringConvertible {
        case status(Int)
        case unreadableAnswer

        var description: String {
            switch self {
            case .status(401):
                "it refuses commands: SSE_SEND_SECRET of the gateway has to be VERDICT_GATEWAY_SECRET of the server"
            case .status(let status): "it answers \(status)"
            case .unreadableAnswer: "its answer is not that of a gateway of this program"
            }
        }
    }

    struct Outcome: Sendable {
        /// Streams that are over.
        let gone: [String]
        /// Streams that have got nothing, because too much waits for their clients.
        let full: [String]
    }

    private static let timeout = TimeAmount.seconds(5)
    private static let answerSizeBytesMax = 4 << 20

    /// Such as `http://127.0.0.1:3000`.
    let address: String
    /// What commands carry; nil where the gateway wants nothing.
    let secret: Secret?
    let http: OutboundHTTP

    /// Writes the same bytes to many streams.
    ///
    /// - Parameter frames: whole events.
    /// - Throws: where it is unknown what the streams have got.
    func broadcast(_ frames: ByteBuffer, to tokens: [String]) async throws -> Outcome {
        let answer = try await post(
            "/internal/broadcast",
            ["tokens": .array(tokens.map { .string($0) }), "frames": .string(String(buffer: frames))])
        return Outcome(gone: try strings("gone", of: answer), full: try strings("full", of: answer))
    }

    /// Closes all streams but these, those left alone about which we are just asked.
    ///
    /// - Parameter age: streams that were asked for later than so long ago are left alone too.
    func retain(_ tokens: [String], olderThan age: Interval = .seconds(0)) async throws {
        _ = try await post(
            "/internal/retain",
            [
                "tokens": .array(tokens.map { .string($0) }),
                "older_than_ms": .number(JSONNumber(Int(age.microseconds / 1000))),
            ])
    }

    func close(_ token: String) async throws {
        _ = try await post(
            "/internal/send", ["token": .string(token), "close": true], accepting: 404)
    }

    private func post(_ path: String, _ body: JSON, accepting other: Int = 200) async throws -> JSON {
        var request = HTTPClientRequest(url: address + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let secret { request.headers.add(name: "authorization", value: "Bearer \(secret.text)") }
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        let response = try await http.client.execute(request, timeout: Self.timeout)
        let answer = try await response.body.collect(upTo: Self.answerSizeBytesMax)
        let status = Int(response.status.code)
        guard status == 200 || status == other else { throw Failure.status(status) }
        return try JSONParser.parse(answer.readableBytesView)
    }

    private func strings(_ name: String, of answer: JSON) throws -> [String] {
        guard let values = answer[name]?.arrayValue else { throw Failure.unreadableAnswer }
        return values.compactMap(\.stringValue)
    }
}
