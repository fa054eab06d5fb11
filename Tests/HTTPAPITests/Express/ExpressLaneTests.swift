import AsyncHTTPClient
import EventLog
import Foundation
import HTTPAPI
import HTTPTypes
import Ledger
import NIOCore
import Testing
import VerdictTesting

/// Requests that are answered on the event loop, beside those that go the usual way.
@Suite("The express lane")
struct ExpressLaneTests {
    private static let enqueue = FrontFixture.base + "/test/enqueue"

    /// The bytes of a request.
    private static func request(
        _ path: String, _ body: String?, method: String = "POST", fields: [String] = []
    ) -> String {
        let body = body ?? ""
        let head = ["\(method) \(path) HTTP/1.1", "host: h", "content-type: application/json"] + fields
        return (head + ["content-length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
    }

    /// The next answer on the connection: its head and its body.
    private static func answer(_ connection: RawConnection) async throws -> (head: String, body: String) {
        let bytes = try await connection.receiveAnswer()
        let end = try #require(bytes.range(of: "\r\n\r\n"))
        return (String(bytes[..<end.lowerBound]), String(bytes[end.upperBound...]))
    }

    /// How many requests have gone by the lane.
    private static func served(_ live: LiveFront) async throws -> Int {
        let response = try await live.client.execute(
            .init(url: "http://127.0.0.1:\(live.port)/metrics"), timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 22))
        let line = text.split(separator: "\n").first { $0.hasPrefix("verdict_http_express_requests_total") }
        return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
    }

    /// An answer without what differs from one request to the next.
    private static func comparable(_ text: String) -> String {
        text.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "UUID")
            .replacing(#/[Xx]-[Rr]equest-[Ii][Dd]: [0-9a-f]+/#, with: "X-Request-ID: NAME")
            .replacing(#/[Dd]ate: [^\r\n]+/#, with: "Date: NOW")
    }

    private static func fields(of head: String) -> Set<String> {
        Set(comparable(head).split(separator: "\r\n").map { $0.lowercased() })
    }

    private static let exchanges =
        SubmissionExchangeTests.accepted + SubmissionExchangeTests.refusals + ActionExchangeTests.good
        + ActionExchangeTests.refusals + ReadExchangeTests.exchanges

    @Test(
        "answers as the usual way does", arguments: exchanges.filter { $0.method != .head && $0.path != "/metrics" })
    func same(exchange: Exchange) async throws {
        guard let body = String(validating: exchange.body ?? [], as: UTF8.self) else { return }
        let headers = exchange.headers.map { "\($0.name.rawName): \($0.value)" }
        let front = try FrontFixture()
        try await front.furnish()
        let usual = try await front.request(
            exchange.method, exchange.path, headers: exchange.headers, bytes: exchange.body)
        let other = try FrontFixture()
        try await other.furnish()
        let before = try other.fixture.ledger.log.lastPosition
        try await LiveFront.run(other) { live in
            let connection = try RawConnection(port: live.port)
            try connection.send(
                Self.request(exchange.path, body, method: exchange.method.rawValue, fields: headers))
            let answer = try await Self.answer(connection)
            #expect(answer.head.hasPrefix("HTTP/1.1 \(exchange.status.code) "))
            #expect(try other.fixture.eventTypes(from: before + 1) == exchange.events)
            #expect(Self.comparable(answer.body) == Self.comparable(usual.text))
            let fields = usual.headers.map { "\($0.name.rawName): \($0.value)" }
            #expect(Self.fields(of: answer.head).isSuperset(of: Self.fields(of: fields.joined(separator: "\r\n"))))
        }
    }

    @Test("the head of an answer is the same by both ways, of success and of failure")
    func heads() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            for (method, path) in [
                ("POST", Self.enqueue), ("POST", FrontFixture.base + "/decision/nope/approve"),
                ("GET", FrontFixture.base + "/session/nobody/stats"),
            ] {
                var heads: [Set<String>] = []
                // What the lane does not know sends the other request the usual way.
                for fields in [[], ["x-unusual: 1"]] {
                    let body = method == "POST" ? #"{"session_id":"nobody"}"# : nil
                    try connection.send(Self.request(path, body, method: method, fields: fields))
                    heads.append(Self.fields(of: try await Self.answer(connection).head))
                }
                #expect(heads[0] == heads[1])
            }
            #expect(try await Self.served(live) == 3)
        }
    }

    @Test("a question is answered as by the usual way, whatever has happened since it was last asked")
    func questions() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            func ask(_ path: String, _ fields: String...) async throws -> String {
                try connection.send(Self.request(FrontFixture.base + path, nil, method: "GET", fields: fields))
                return try await Self.answer(connection).body
            }
            for step in 0..<12 {
                switch step % 4 {
                case 0: try await front.fixture.submit("new\(step)")
                case 1: try await front.fixture.approve("new\(step - 1)")
                case 2: front.fixture.time.advance(by: .minutes(1))
                default: try await front.fixture.ledger.passTime()
                }
                let served = try await Self.served(live)
                for path in [
                    "/decision/new0", "/decision/new0/status", "/session/operator-1/stats", "/pending",
                    "/pending?limit=2",
                ] {
                    let first = try await ask(path)
                    let usual = try await ask(path, "x-unusual: 1")
                    #expect(first == usual, "\(path) at step \(step)")
                    #expect(try await ask(path) == usual, "\(path) at step \(step)")
                }
                #expect(try await Self.served(live) >= served + 5, "step \(step)")
            }
        }
    }

    @Test("a page of the queue that is large goes the usual way")
    func largePage() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let reasoning = String(repeating: "x", count: 2000)
            for _ in 0..<80 {
                try connection.send(Self.request(Self.enqueue, #"{"reasoning":"\#(reasoning)"}"#))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
            }
            for (limit, served) in [(80, 0), (80, 0), (40, 0), (40, 1), (80, 0)] {
                let before = try await Self.served(live)
                let path = FrontFixture.base + "/pending?limit=\(limit)"
                try connection.send(Self.request(path, nil, method: "GET"))
                #expect(try await Self.answer(connection).body.components(separatedBy: reasoning).count == limit + 1)
                #expect(try await Self.served(live) == before + served)
            }
        }
    }

    @Test("the commonest commands take it, and the others do not, on one connection in any order")
    func turns() async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            for (number, fields) in [[], ["x-unusual: 1"], [], [], ["x-unusual: 2"]].enumerated() {
                try connection.send(Self.request(Self.enqueue, #"{"decision_id":"n\#(number)"}"#, fields: fields))
                #expect(try await Self.answer(connection).body.contains(#""decision_id":"n\#(number)""#))
                // Served by the lane unless the views are still behind, and true in any case.
                try connection.send(Self.request(FrontFixture.base + "/decision/n\(number)/status", nil, method: "GET"))
                #expect(try await Self.answer(connection).body.contains("pending"))
            }
            let before = try await Self.served(live)
            #expect((3...8).contains(before))
            let body = #"{"session_id":"session-1","reason":"no","escalation_reason":"yes"}"#
            for (decision, action) in [("n0", "approve"), ("n1", "reject"), ("n2", "escalate")] {
                try connection.send(Self.request(FrontFixture.base + "/decision/\(decision)/\(action)", body))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
            }
            #expect(try await Self.served(live) == before + 3)
        }
    }

    @Test("a request may come in two pieces, cut anywhere")
    func pieces() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let request = Self.request(Self.enqueue, #"{"risk_level":"low"}"#)
            for cut in stride(from: 1, to: request.count, by: 5) {
                try connection.send(String(request.prefix(cut)))
                // The server has seen the first piece before the second one comes.
                while try !connection.isReadByServer { await Task.yield() }
                try connection.send(String(request.dropFirst(cut)))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "), "cut at \(cut)")
            }
            #expect(try await Self.served(live) == (request.count + 3) / 5)
        }
    }

    @Test("requests that are sent ahead are answered in their order, whichever way they go")
    func ahead() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let requests = (0..<60).map { number in
                switch number % 7 {
                case 6: Self.request("/health", nil, method: "GET")
                case 5: Self.request(FrontFixture.base + "/decision/n\(number - 2)/status", nil, method: "GET")
                case 3 where number > 30: Self.request(FrontFixture.base + "/decision/no\(number)", nil, method: "GET")
                default: Self.request(Self.enqueue, #"{"decision_id":"n\#(number)"}"#)
                }
            }
            try connection.send(requests.joined())
            for number in 0..<60 {
                let wanted =
                    switch number % 7 {
                    case 6: "healthy"
                    case 5 where number > 32: "Decision n\(number - 2) not found"
                    case 5: #"{"decision_id":"n\#(number - 2)","status":"pending"}"#
                    case 3 where number > 30: "Decision no\(number) not found"
                    default: #""decision_id":"n\#(number)""#
                    }
                #expect(try await Self.answer(connection).body.contains(wanted), "\(number)")
            }
        }
    }

    @Test("whoever says that nothing more will come gets the answer, and then the end")
    func halfClosed() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let held = try await HeldWriter(of: front.fixture.ledger)
            let connection = try RawConnection(port: live.port)
            try connection.send(Self.request(Self.enqueue, "{}") + Self.request(Self.enqueue, "{}"))
            connection.endSending()
            while try !connection.isReadByServer { await Task.yield() }
            // Whoever took the end of the input for the end of the connection has had the time to.
            for _ in 0..<50 { #expect(try await live.get("/session/nobody/stats").status == 200) }
            held.release()
            let text = await connection.receive()
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        }
    }

    @Test("a question that goes the usual way after all is answered, and what is behind it, and then comes the end")
    func givenBack() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let unknown = Self.request(FrontFixture.base + "/decision/nope", nil, method: "GET")
            for count in 1...3 {
                let connection = try RawConnection(port: live.port)
                try connection.send(String(repeating: unknown, count: count))
                connection.endSending()
                let text = await connection.receive()
                #expect(text.components(separatedBy: "Decision nope not found").count == count + 1)
            }
            let connection = try RawConnection(port: live.port)
            try connection.send(unknown)
            #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 404 "))
            let before = try await Self.served(live)
            try connection.send(Self.request(Self.enqueue, "{}"))
            #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
            #expect(try await Self.served(live) == before + 1)
        }
    }

    @Test("whoever asks while the views are behind is answered once they are not, and not by the usual way")
    func behind() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            for number in 0..<50 {
                try connection.send(Self.request(Self.enqueue, #"{"decision_id":"n\#(number)"}"#))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
                try connection.send(Self.request(FrontFixture.base + "/decision/n\(number)/status", nil, method: "GET"))
                #expect(try await Self.answer(connection).body.contains("pending"))
            }
            // Where a question had to wait for the disk, those after it make a pause.
            #expect(try await Self.served(live) > 60)
        }
    }

    @Test("a request of which a part has come when the server is told to stop is answered")
    func stopping() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let request = Self.request(Self.enqueue, #"{"decision_id":"late"}"#)
            try connection.send(String(request.dropLast(5)))
            while try !connection.isReadByServer { await Task.yield() }
            await live.shutDown()
            // Nobody new is let in: the server has begun to stop.
            while (try? RawConnection(port: live.port)) != nil { await Task.yield() }
            try connection.send(String(request.suffix(5)))
            #expect(try await Self.answer(connection).body.contains(#""decision_id":"late""#))
        }
    }

    @Test("whoever leaves before the answer leaves the decision behind")
    func left() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            for number in 0..<20 {
                let connection = try RawConnection(port: live.port)
                try connection.send(Self.request(Self.enqueue, #"{"decision_id":"n\#(number)"}"#))
                while try front.fixture.ledger.log.lastPosition <= number { await Task.yield() }
                connection.reset()
            }
            #expect(try await live.post("/test/enqueue", "{}").status == 200)
        }
    }

    @Test("a connection that goes on asking is kept, and one that does not is closed")
    func quiet() async throws {
        let front = try FrontFixture { $0.idleTimeout = .seconds(1) }
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .seconds(2.5) {
                try connection.send(Self.request(Self.enqueue, "{}"))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
            }
            #expect(await connection.receive() == "")
            let partial = try RawConnection(port: live.port)
            try partial.send("POST \(Self.enqueue) HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n{")
            #expect(await partial.receive() == "")
        }
    }

    @Test("a body of more than 16 KiB goes the usual way, and the next request need not")
    func notOnTheEventLoop() async throws {
        let front = try FrontFixture()
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            let frame = #"{"reasoning":""}"#
            for (size, served) in [(16 << 10, 1), (16 << 10 + 1, 1), (64 << 10, 1), (frame.utf8.count, 2)] {
                let text = String(repeating: "x", count: size - frame.utf8.count)
                try connection.send(Self.request(Self.enqueue, #"{"reasoning":"\#(text)"}"#))
                #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 200 "))
                #expect(try await Self.served(live) == served)
            }
        }
    }

    @Test("a body that is larger than the server takes is refused")
    func large() async throws {
        let front = try FrontFixture { $0.bodySizeBytesMax = 64 }
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            try connection.send(Self.request(Self.enqueue, #"{"reasoning":"\#(String(repeating: "x", count: 64))"}"#))
            #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 413 "))
            #expect(try await Self.served(live) == 0)
        }
    }

    @Test("where tokens are wanted nobody comes by here without one")
    func tokens() async throws {
        let front = try FrontFixture { $0.authentication = .required }
        try await LiveFront.run(front) { live in
            let connection = try RawConnection(port: live.port)
            try connection.send(Self.request(Self.enqueue, "{}"))
            #expect(try await Self.answer(connection).head.hasPrefix("HTTP/1.1 401 "))
        }
    }
}
