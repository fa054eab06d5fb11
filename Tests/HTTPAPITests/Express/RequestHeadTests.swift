import Testing

@testable import HTTPAPI

/// Which heads the express lane understands, and what it does of them.
@Suite("The head of a request")
struct RequestHeadTests {
    private static let good =
        "POST /api/v1/governance/test/enqueue HTTP/1.1\r\nHost: localhost:8001\r\nContent-Type: application/json\r\n"
        + "User-Agent: test\r\nAccept: */*\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\n"

    /// What the head in the text is read as.
    private func read(_ text: String) -> String {
        Array(text.utf8).withUnsafeBytes { bytes in
            switch RequestHead.read(bytes) {
            case .partial: return "partial"
            case .other: return "other"
            case .head(let head):
                let path = String(decoding: bytes[head.path], as: UTF8.self)
                let method = String(decoding: bytes[head.method], as: UTF8.self)
                let plain = head.isPlain ? " plain" : ""
                return "\(method) \(path) \(head.sizeBytes)+\(head.bodySizeBytes)\(plain)"
            }
        }
    }

    private func read(_ line: String, _ fields: String...) -> String {
        read((["\(line) HTTP/1.1"] + fields + ["", ""]).joined(separator: "\r\n"))
    }

    @Test("it is one when it is whole, and the beginning of one before that")
    func pieces() {
        for count in 0..<Self.good.utf8.count {
            let beginning = String(decoding: Self.good.utf8.prefix(count), as: UTF8.self)
            #expect(read(beginning) == "partial", "the first \(count) bytes")
        }
        let whole = "POST /api/v1/governance/test/enqueue \(Self.good.utf8.count)+12 plain"
        #expect(read(Self.good) == whole)
        #expect(read(Self.good + "{}\r\n\r\n") == whole)
    }

    @Test("a field that the answer may depend on makes it less than plain")
    func plain() {
        #expect(read("GET /a", "host: h").hasSuffix("+0 plain"))
        for field in [
            "Authorization: Bearer x", "Origin: http://localhost:3000", "Idempotency-Key: k", "traceparent: 00",
            "Content-Type: text/plain", "Content-Type: application/json; charset=latin1", "X-Anything: at all",
        ] {
            #expect(read("GET /a", "Host: h", field).hasSuffix("+0"), "\(field)")
        }
        let type = "Content-Type: application/json"
        #expect(read("GET /a", "Host: h", type, type).hasSuffix("+0"))
    }

    @Test("lengths, white space around values, and names in any case")
    func fields() {
        #expect(read("POST /a", "HOST:h", "cOnTeNt-LeNgTh:   7 ").contains("+7"))
        #expect(read("POST /a", "Host: h", "Content-Length: 0").contains("+0"))
    }

    @Test(
        "whatever is written in an unusual way is left to the parser of HTTP",
        arguments: [
            "POST /a HTTP/1.0\r\nHost: h\r\n\r\n", "POST /a HTTP/1.1\nHost: h\n\n", "POST  /a HTTP/1.1\r\n",
            "post /a HTTP/1.1\r\nHost: h\r\n\r\n", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", "\r\nGET / HTTP/1.1\r\n",
            "POST /\u{e4} HTTP/1.1\r\n", "POST /a HTTP/1.1\r\nHost : h\r\n\r\n", "POST /a HTTP/1.1\r\n: h\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", "POST /a HTTP/1.1\r\nHost: h\r\nA: b\tc\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", "POST /a HTTP/1.1\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "POST /a HTTP/1.1\r\nHost: \r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nProxy-Connection: close\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 12345678901234567890\r\n\r\n",
        ])
    func other(text: String) {
        #expect(read(text) == "other")
    }

    @Test("nobody waits for a head without an end")
    func long() {
        let long = "GET /a HTTP/1.1\r\nHost: h\r\nA: " + String(repeating: "a", count: RequestHead.sizeBytesMax)
        for (size, expected) in [(RequestHead.sizeBytesMax - 1, "partial"), (RequestHead.sizeBytesMax, "other")] {
            #expect(read(String(decoding: long.utf8.prefix(size), as: UTF8.self)) == expected)
        }
        #expect(read(long + "\r\n\r\n") == "other")
    }

    @Test(
        "the operations of the lane, and what is none",
        arguments: [
            ("POST /api/v1/governance/test/enqueue", "enqueue"),
            ("POST /api/v1/governance/decision/block-1/approve", #"act(approve, "block-1")"#),
            ("POST /api/v1/governance/decision/a.b_c~d:e/reject", #"act(reject, "a.b_c~d:e")"#),
            ("POST /api/v1/governance/decision/approve/escalate", #"act(escalate, "approve")"#),
            ("POST /api/v1/governance/decision/me@example.org/approve", #"act(approve, "me@example.org")"#),
            ("GET /api/v1/governance/decision/block-1", #"decision("block-1")"#),
            ("GET /api/v1/governance/decision/block-1/status", #"status(decisionID: "block-1")"#),
            ("GET /api/v1/governance/session/a@b.c/stats", #"statistics(operatorID: "a@b.c")"#),
            ("GET /api/v1/governance/pending", "pending(limit: 100)"),
            ("GET /api/v1/governance/pending?limit=7", "pending(limit: 7)"),
            ("GET /api/v1/governance/pending?limit=1000", "pending(limit: 1000)"),
            ("GET /api/v1/governance/pending?limit=1001", ""), ("GET /api/v1/governance/pending?limit=0", ""),
            ("GET /api/v1/governance/pending?limit=", ""), ("GET /api/v1/governance/pending?limit=+7", ""),
            ("GET /api/v1/governance/pending?limit=7&asOf=3", ""), ("GET /api/v1/governance/pending/", ""),
            ("GET /api/v1/governance/pending?", ""), ("GET /api/v1/governance/decision/a/watch", ""),
            ("GET /api/v1/governance/decision/a/", ""), ("GET /api/v1/governance/decision/", ""),
            ("GET /api/v1/governance/decision/a?asOf=3", ""), ("GET /api/v1/governance/decision/a/status?asOf=3", ""),
            ("GET /api/v1/governance/decision/a%2Fb", ""), ("GET /api/v1/governance/decision//status", ""),
            ("GET /api/v1/governance/session/a/statistics", ""), ("GET /api/v1/governance/session//stats", ""),
            ("GET /api/v1/governance/session/stats", ""), ("HEAD /api/v1/governance/decision/a", ""),
            ("GET /api/v1/governance/decision/a/approve", ""), ("POST /api/v1/governance/decision/a/status", ""),
            ("POST /api/v1/governance/pending", ""),
            ("GET /api/v1/governance/test/enqueue", ""), ("POST /api/v1/governance/test/enqueue/", ""),
            ("POST /api/v1/governance/test/enqueue?x=1", ""), ("POST /api/v1/governance/test/enqueu", ""),
            ("POST /api/v1/governance/decision//approve", ""), ("POST /api/v1/governance/decision/a%20b/approve", ""),
            ("POST /api/v1/governance/decision/a/b/approve", ""), ("POST /api/v1/governance/decision/a/approve/", ""),
            ("POST /api/v1/governance/decision/a/approves", ""), ("POST /api/v1/governance/decision/a/", ""),
            ("POST /api/v1/governance/decision/a", ""), ("POST /api/v1/governance/decision/a+b/approve", ""),
            ("POST /api/v1/governance/", ""), ("POST /", ""), ("PUT /api/v1/governance/test/enqueue", ""),
        ])
    func operations(line: String, expected: String) throws {
        let text = "\(line) HTTP/1.1\r\nHost: h\r\n\r\n"
        let found = Array(text.utf8).withUnsafeBytes { bytes -> ExpressOperation? in
            guard case .head(let head) = RequestHead.read(bytes) else { return nil }
            return ExpressOperation(head, in: bytes)
        }
        switch found {
        case nil: #expect(expected == "")
        case .enqueue: #expect(expected == "enqueue")
        case .act(let kind, let decisionID): #expect(expected == #"act(\#(kind), "\#(decisionID)")"#)
        case .look(let look): #expect(expected == "\(look)")
        }
        if let found { #expect("\(found.method) \(found.path)" == line.prefix { $0 != "?" }) }
    }

    @Test("a question with a body is none of the lane's")
    func questionWithBody() {
        let text = "GET /api/v1/governance/pending HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
        Array(text.utf8).withUnsafeBytes { bytes in
            guard case .head(let head) = RequestHead.read(bytes) else {
                Issue.record("no head")
                return
            }
            #expect(ExpressOperation(head, in: bytes) == nil)
        }
    }
}
