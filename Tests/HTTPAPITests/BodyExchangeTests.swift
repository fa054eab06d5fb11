import AsyncHTTPClient
import HTTPAPI
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing
import VerdictTesting

/// Bodies that are no JSON, or not the JSON that is wanted (governance-api 1.2).
@Suite("Bodies, one request each")
struct BodyExchangeTests {
    private static let create = FrontFixture.base + "/session/create"
    private static let enqueue = FrontFixture.base + "/test/enqueue"
    private static let bob = #"{"operator_id":"bob"}"#

    private static func refused(
        _ name: String, _ path: String, headers: HTTPFields = [:], _ body: String?, _ parts: String...
    ) -> Exchange {
        Exchange(name, .post, path, headers: headers, body, .unprocessableContent, contains: parts)
    }

    static let refusals = [
        refused(
            "nothing", create, "",
            #"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#),
        refused("nothing to enqueue", enqueue, nil, #""type":"missing","loc":["body"]"#),
        refused(
            "no JSON", create, #"{"operator_id":}"#,
            #"{"type":"json_invalid","loc":["body",15],"msg":"JSON decode error","input":{},"ctx":{"error":""#),
        refused("JSON that is cut off", enqueue, #"{"decision_id":"d"#, #""type":"json_invalid""#),
        refused("JSON with something behind it", enqueue, "{} {}", #""type":"json_invalid","loc":["body",3]"#),
        refused("no number of JSON", enqueue, #"{"confidence":NaN}"#, #""type":"json_invalid""#),
        refused(
            "JSON that is nested too deep", enqueue,
            String(repeating: "[", count: 129) + String(repeating: "]", count: 129),
            #""type":"json_invalid","loc":["body",128]"#),
        refused(
            "a string", create, #""x""#,
            #"{"type":"model_attributes_type","loc":["body"],"#,
            #""msg":"Input should be a valid dictionary or object to extract fields from","input":"x"}"#),
        refused("null", create, "null", #""type":"model_attributes_type""#, #""input":null"#),
        refused(
            "an array to enqueue", enqueue, "[]",
            #""type":"dict_type","loc":["body"],"msg":"Input should be a valid dictionary""#),
        refused(
            "a form", create, headers: [.contentType: "application/x-www-form-urlencoded"], "operator_id=bob",
            #""type":"model_attributes_type""#, #""input":"operator_id=bob""#),
        refused(
            "JSON that says it is text", create, headers: [.contentType: "text/plain"], bob,
            #""type":"model_attributes_type""#, #""input":"{\"operator_id\":\"bob\"}""#),
        refused(
            "JSON to enqueue that says it is text", enqueue, headers: [.contentType: "text/plain"], "{}",
            #""type":"dict_type""#),
    ]

    static let accepted = [
        nil, "application/json", "application/json; charset=utf-8", "Application/JSON", "application/problem+json",
    ].map { type in
        Exchange(
            type ?? "no content type", .post, create, headers: type.map { [.contentType: $0] } ?? [:], bob, .ok,
            events: ["session.opened.v1"])
    }

    @Test("refused, and nothing is written", arguments: refusals)
    func refuses(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture())
    }

    @Test("JSON is what says so, or says nothing", arguments: accepted)
    func accepts(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture())
    }

    @Test("a text that is not UTF-8 is a bad request", arguments: [create, enqueue])
    func invalidUTF8(_ path: String) async throws {
        let bytes = Array(#"{"operator_id":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        try await Exchange(
            "invalid UTF-8", .post, path, bytes: bytes, .badRequest,
            contains: [#"{"detail":"There was an error parsing the body"}"#]
        ).check(try FrontFixture())
    }

    @Test("a body may be nested 128 levels deep and comes back whole")
    func depth() async throws {
        let front = try FrontFixture()
        let deep = String(repeating: "[", count: 126) + String(repeating: "]", count: 126)
        #expect(
            try await front.post("/test/enqueue", #"{"decision_id":"d1","metadata":{"deep":\#(deep)}}"#).status == .ok)
        let answer = try await front.get("/decision/d1")
        #expect(answer.text.contains(#""metadata":{"deep":\#(deep)}"#))
    }

    @Test("a body as large as permitted is taken, one byte more is refused")
    func limit() async throws {
        let front = try FrontFixture { $0.bodySizeBytesMax = 1000 }
        func body(_ size: Int) -> String {
            let frame = #"{"decision_id":"d\#(size)","reasoning":""}"#
            return frame.replacing(#"":""}"#, with: #"":"\#(String(repeating: "x", count: size - frame.utf8.count))"}"#)
        }
        try await Exchange("large", .post, Self.enqueue, body(1000), .ok, events: ["decision.submitted.v1"]).check(
            front)
        try await Exchange(
            "too large", .post, Self.enqueue, body(1001), .contentTooLarge,
            contains: [#"{"detail":"The request body is larger than the 1000 bytes that are accepted"}"#]
        ).check(front)
    }

    @Test("a megabyte is taken unless configured otherwise")
    func megabyte() async throws {
        let front = try FrontFixture()
        let rest = 1 << 20 - #"{"decision_id":"d1","reasoning":""}"#.utf8.count
        let text = String(repeating: "x", count: rest)
        try await Exchange(
            "1 MiB", .post, Self.enqueue, #"{"decision_id":"d1","reasoning":"\#(text)"}"#, .ok,
            events: ["decision.submitted.v1"]
        ).check(front)
    }

    @Test("a body that does not say how large it is is cut off where it becomes too large")
    func chunked() async throws {
        let front = try FrontFixture { $0.bodySizeBytesMax = 1000 }
        try await LiveFront.run(front) { live in
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(live.port)\(Self.enqueue)")
            request.method = .POST
            let chunks = AsyncStream<ByteBuffer> { stream in
                for _ in 0..<11 { stream.yield(ByteBuffer(repeating: UInt8(ascii: " "), count: 100)) }
                stream.finish()
            }
            request.body = .stream(chunks, length: .unknown)
            let response = try await live.client.execute(request, timeout: .seconds(30))
            #expect(response.status == .payloadTooLarge)
            #expect(response.headers.first(name: "Connection") == "close")
        }
        #expect(try front.fixture.eventTypes().isEmpty)
    }
}
