import EventLog
import Foundation
import HTTPAPI
import HTTPTypes
import Ledger
import Testing
import VerdictTesting

/// When a connection ends, and that nothing behind its end is done (RFC 9112, section 9.6).
@Suite("The last request of a connection", .timeLimit(.minutes(1)))
struct ConnectionEndTests {
    private static let enqueue = FrontFixture.base + "/test/enqueue"

    private static func request(
        _ line: String, _ fields: [String] = [], body: String = "", version: String = "1.1"
    ) -> String {
        (["\(line) HTTP/\(version)", "host: h", "content-type: application/json"] + fields
            + ["content-length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
    }

    private static func command(_ id: String, _ fields: String...) -> String {
        request("POST \(enqueue)", fields, body: #"{"decision_id":"\#(id)"}"#)
    }

    /// What the server says to these bytes until it ends the connection: the client does not.
    private static func conversation(_ live: LiveFront, _ bytes: String...) async throws -> String {
        let connection = try RawConnection(port: live.port)
        for bytes in bytes { try connection.send(bytes) }
        return await connection.receive()
    }

    @Test(
        "who says that it is the last one, in whatever spelling, hears so, and then the end",
        arguments: [
            ("Connection: close", "1.1"), ("Connection: Close", "1.1"), ("Connection: keep-alive, close", "1.1"),
            ("Connection: close, x-unusual", "1.1"), ("X-Unusual: 1", "1.0"), ("Connection: close", "1.0"),
        ])
    func last(field: String, version: String) async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            for path in ["/healthz", "/nope"] {
                let text = try await Self.conversation(live, Self.request("GET \(path)", [field], version: version))
                #expect(text.contains("\r\nConnection: close\r\n"), "\(text)")
            }
            let last = Self.request("POST \(Self.enqueue)", [field], body: #"{"decision_id":"a"}"#, version: version)
            let text = try await Self.conversation(live, last + Self.command("b"), Self.command("c"))
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 2, "\(text)")
            #expect(try front.fixture.ledger.log.lastPosition == 1)
        }
    }

    @Test("who speaks HTTP/1.0 and wants to go on is told that it can")
    func keptAlive() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            for _ in 0..<3 {
                try connection.send(Self.request("GET /healthz", ["Connection: keep-alive"], version: "1.0"))
                let text = try await connection.receiveAnswer()
                #expect(text.contains("\r\nConnection: keep-alive\r\n"), "\(text)")
            }
        }
    }

    @Test(
        "what is no request is refused, and what stands behind it is not done",
        arguments: [
            "GET api HTTP/1.1\r\nHost: h\r\n\r\n", "GET h:80 HTTP/1.1\r\nHost: h\r\n\r\n", "\0",
            "GET /healthz HTTP/1.1\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
            "POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n",
            "POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\nExpect: 100-continue\r\n\r\n",
            "POST /healthz HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\nContent-Length: 2\r\n\r\n{}",
        ])
    func refused(bytes: String) async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            for fields in ["x-unusual: 1", "accept: */*"] {
                let connection = try RawConnection(port: live.port)
                try connection.send(bytes)
                let answer = try await connection.receiveAnswer()
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
                #expect(answer.lowercased().contains("\r\nconnection: close\r\n"), "\(answer)")
                try? connection.send(Self.command("a", fields))
                #expect(await connection.receive() == "")
                let text = try await Self.conversation(live, bytes + Self.command("a", fields))
                #expect(text.hasPrefix("HTTP/1.1 400 ") && !text.contains("200 OK"), "\(text)")
            }
            #expect(try front.fixture.ledger.log.lastPosition == 0)
        }
    }

    @Test("what is no request waits until those before it are answered", arguments: ["x-unusual: 1", "accept: */*"])
    func turn(field: String) async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let requests = (1...4).map { Self.command("d\($0)", field) }.joined()
            let text = try await Self.conversation(live, requests + "\0")
            let statuses = text.matches(of: #/HTTP/1\.1 (\d+)/#).map { String($0.1) }
            #expect(statuses == ["200", "200", "200", "200", "400"])
            #expect(try front.fixture.ledger.log.lastPosition == 4)
        }
    }

    @Test(
        "a request that breaks off in its body is refused at once, and not done",
        arguments: ["x-unusual: 1", "Connection: close"],
        ["transfer-encoding: chunked\r\n\r\n7fffffff\r\n{}", "content-length: 3\r\n\r\n{}"])
    func cut(field: String, rest: String) async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let head = "POST \(Self.enqueue) HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n"
            try connection.send("\(head)\(field)\r\n\(rest)")
            connection.endSending()
            let text = await connection.receive()
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            #expect(try front.fixture.ledger.log.lastPosition == 0)
        }
    }

    @Test("behind a body that is too long nothing is done")
    func tooLong() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let size = 1_100_000
            let long = Self.request("POST \(Self.enqueue)", body: String(repeating: " ", count: size))
            let text = try await Self.conversation(live, long + Self.command("a"))
            #expect(text.hasPrefix("HTTP/1.1 413 ") && !text.contains("200 OK"), "\(text.prefix(300))")
            #expect(try front.fixture.ledger.log.lastPosition == 0)
        }
    }

    @Test("a type that is given twice is none, by either way", arguments: ["x-unusual: 1", "accept: */*"])
    func twoTypes(field: String) async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            try connection.send(Self.command("a", field, "content-type: application/json"))
            #expect(try await connection.receiveAnswer().hasPrefix("HTTP/1.1 422 "))
        }
    }

    @Test("HEAD is told the length that GET is", arguments: ["/healthz", "/nope", "/api/v1/governance/decision/d1"])
    func length(path: String) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await LiveFront.run(front) { live in
            func length(_ method: String) async throws -> String? {
                let text = try await Self.conversation(live, Self.request("\(method) \(path)", ["Connection: close"]))
                return text.firstMatch(of: #/[Cc]ontent-[Ll]ength: (\d+)/#).map { String($0.1) }
            }
            let wanted = try await length("GET")
            #expect(try await length("HEAD") == wanted && wanted != "0")
        }
    }

    @Test(
        "what is no request is told why",
        arguments: [
            ("GET /caf\u{E9} HTTP/1.1\r\nhost: h\r\n\r\n", "percent-encode what is not ASCII"),
            ("FOO /health HTTP/1.1\r\nhost: h\r\n\r\n", "The method of the request is none that HTTP knows"),
            ("GET /health HTTP/1.1\r\n\r\n", "The request cannot be read as HTTP"),
        ])
    func refused(bytes: String, sentence: String) async throws {
        try await LiveFront.run(try FrontFixture()) { live in
            let answer = try await Self.conversation(live, bytes)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            let body = answer.components(separatedBy: "\r\n\r\n").last ?? ""
            #expect(try JSONParser.parse(body)["detail"]?.stringValue?.contains(sentence) == true, "\(answer)")
            #expect(answer.lowercased().contains("content-length: \(body.utf8.count)\r\n"))
        }
    }
}
