import AsyncHTTPClient
import EventLog
import NIOCore
import NIOHTTP1

/// The Server-Sent Events of an open response.
struct EventStream {
    struct Event: Equatable {
        var id = ""
        var name = ""
        var data = ""

        var json: JSON { (try? JSONParser.parse(data)) ?? .null }

        subscript(key: String) -> JSON? { json[key] }
    }

    struct Ended: Error {}

    let status: Int
    let headers: HTTPHeaders
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var buffer = ""

    init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        headers = response.headers
        body = response.body.makeAsyncIterator()
    }

    /// The next event, comments left out; nil at the end of the stream.
    mutating func next() async throws -> Event? {
        while true {
            if let end = buffer.firstRange(of: "\n\n") {
                let event = Self.event(buffer[..<end.lowerBound])
                buffer.removeSubrange(..<end.upperBound)
                if let event { return event }
                continue
            }
            guard let more = try await body.next() else { return nil }
            buffer += String(decoding: more.readableBytesView, as: UTF8.self)
        }
    }

    /// Reads until an event meets the condition, and returns it with those before it.
    ///
    /// - Throws: `Ended` where the stream ends before.
    mutating func events(through isLast: (Event) -> Bool) async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() {
            events.append(event)
            if isLast(event) { return events }
        }
        throw Ended()
    }

    private static func event(_ frame: Substring) -> Event? {
        var event: Event?
        for line in frame.split(separator: "\n") where !line.hasPrefix(":") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1])
            var changed = event ?? Event()
            switch parts[0] {
            case "id": changed.id = value
            case "event": changed.name = value
            case "data": changed.data += value
            default: continue
            }
            event = changed
        }
        return event
    }
}
