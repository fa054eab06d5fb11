import EventLog
import HTTPTypes
import Testing
import VerdictTesting

/// Streams are what the document says they are.
@Suite("OpenAPI streams")
struct OpenAPIStreamTests {
    @Test(
        "a stream that is open has the type and the events that are described",
        arguments: [
            "\(FrontFixture.base)/stream/alice@host?session_id=session-1", "/governance/stream?session_id=session-1",
            "\(FrontFixture.base)/decision/d1/watch",
        ])
    func streams(_ path: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        let description = try await APIDescription.open.value
        try await LiveFront.run(front) { live in
            let stream = try await live.stream(path)
            let operation = try #require(description.operation(.get, path))
            #expect(stream.status == 200)
            #expect(stream.header("content-type")?.hasPrefix("text/event-stream") == true)
            var events = try await stream.next(1)
            try await live.post("/decision/d1/approve", #"{"session_id":"session-1"}"#)
            events += try await stream.next(until: "decision_resolved", of: "d1")
            #expect(events.count > 1)
            for event in events { #expect(description.complaints(about: event, of: operation) == []) }
        }
    }
}
