import EventLog
import HTTPTypes
import Testing

/// Streams are what the document says they are.
@Suite("OpenAPI streams")
struct OpenAPIStreamTests {
    @Test(
        "a stream that is open says its type",
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
            let described = operation.json["responses"]?[String(stream.status)]
            let type = try #require(stream.header("content-type"))
            #expect(described?["content"]?[String(type.prefix { $0 != ";" })] != nil)
            #expect(try await stream.next() != nil)
        }
    }
}
