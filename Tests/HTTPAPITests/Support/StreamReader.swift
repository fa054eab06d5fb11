import AsyncHTTPClient
import EventLog
import NIOCore
import NIOHTTP1
import VerdictTesting

/// Reads one stream of Server-Sent Events as it arrives. The connection is closed when the reader is released.
final class StreamReader {
    let status: Int
    private let response: HTTPClientResponse
    private var chunks: HTTPClientResponse.Body.AsyncIterator
    private var parser = ServerSentEvents()
    private var blocks: [ServerSentEvents.Block] = []

    init(_ response: HTTPClientResponse) {
        self.response = response
        status = Int(response.status.code)
        chunks = response.body.makeAsyncIterator()
    }

    func header(_ name: String) -> String? { response.headers.first(name: name) }

    /// The next event or comment; nil where the server has ended the stream.
    func nextBlock() async throws -> ServerSentEvents.Block? {
        while blocks.isEmpty {
            guard let chunk = try await chunks.next() else { return nil }
            blocks = parser.read(chunk.readableBytesView)
        }
        return blocks.removeFirst()
    }

    /// The next event, comments passed over; nil where the server has ended the stream.
    func next() async throws -> ServerSentEvent? {
        while let block = try await nextBlock() {
            if case .event(let event) = block { return event }
        }
        return nil
    }

    /// The next events, fewer where the stream ends.
    func next(_ count: Int) async throws -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        while events.count < count, let event = try await next() { events.append(event) }
        return events
    }

    /// Everything up to the end of the stream.
    func rest() async throws -> [ServerSentEvent] { try await next(.max) }

    /// Everything up to the first event of that kind about that decision.
    func next(until name: String, of decisionID: String) async throws -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        while let event = try await next() {
            events.append(event)
            if event.name == name, event["decision_id"] == .string(decisionID) { break }
        }
        return events
    }
}

extension ServerSentEvent {
    var json: JSON { (try? JSONParser.parse(data)) ?? .null }

    subscript(key: String) -> JSON? { json[key] }

    /// The kind and the decision, in few words: `decision_pending d1`.
    var summary: String { [name, self["decision_id"]?.stringValue].compactMap(\.self).joined(separator: " ") }

    /// The names of the members of the data, in order.
    var keys: [String] { json.objectValue?.members.map(\.key) ?? [] }
}
