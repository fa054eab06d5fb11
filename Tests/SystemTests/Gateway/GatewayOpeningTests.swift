import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("Opening a stream at a gateway (sse-gateway 4 to 6)")
struct GatewayOpeningTests {
    @Test(
        "any path opens, and the backend sees it byte for byte", .timeLimit(.minutes(1)),
        arguments: ["/sse/a", "/events/stream?x=1", "/", "/x?a=b&empty=&special=%20%2F", "//a/../b?", "/internal/send"])
    func anyPath(path: String) async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(path, until: "ready")
        #expect(stream.status == 200)
        #expect(token.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        let call = try await pair.backend.connect(path)
        #expect(call.path == "/api/sse/callback?secret=hush&empty=")
        #expect(call.headers.first { $0.name.lowercased() == "content-type" }?.value == "application/json")
        #expect(call.json.objectValue?.members.map(\.key) == ["action", "token", "request"])
    }

    @Test("headers arrive in lower case, repeated ones as one text", .timeLimit(.minutes(1)))
    func headers() async throws {
        let pair = try await GatewayPair()
        let stream = try pair.start(
            "/",
            headers: [
                "Authorization: Bearer a", "authorization: Bearer b", "Cookie: a=1", "cookie: b=2", "X-Many: one",
                "x-many: two", "Set-Cookie: c=3", "set-cookie: d=4", "Accept-Encoding: gzip", "X-Empty:",
            ])
        await stream.receive(until: "ready")
        let call = try await pair.backend.connect("/")
        #expect(call.header("host") == "localhost")
        #expect(call.header("authorization") == "Bearer a")
        #expect(call.header("cookie") == "a=1; b=2")
        #expect(call.header("x-many") == "one, two")
        #expect(call.header("set-cookie") == "c=3, d=4")
        #expect(call.header("accept-encoding") == "gzip")
        #expect(call.header("x-empty") == "")
        #expect(stream.header("Content-Encoding") == nil)
    }

    @Test("the head of a stream, to the byte", .timeLimit(.minutes(1)))
    func head() async throws {
        let pair = try await GatewayPair()
        let (stream, _) = try await pair.open(until: "ready")
        let lines = stream.head.components(separatedBy: "\r\n")
        #expect(
            lines.dropLast() == [
                "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Cache-Control: no-cache",
                "Connection: keep-alive", "X-Accel-Buffering: no", "Transfer-Encoding: chunked",
                "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET, POST, OPTIONS",
                "Access-Control-Allow-Headers: Content-Type, Cache-Control",
            ])
        #expect(lines.last?.wholeMatch(of: /Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
    }

    @Test("a client that speaks HTTP/1.0 gets no chunks", .timeLimit(.minutes(1)))
    func http10() async throws {
        let pair = try await GatewayPair()
        let connection = try RawConnection(port: pair.gateway.port)
        try connection.send("GET /old HTTP/1.0\r\n\r\n")
        let stream = GatewayStream(connection)
        await stream.receive(until: "ready\ndata:\n\n")
        #expect(stream.header("Transfer-Encoding") == nil)
        #expect(try await pair.gateway.close(try await pair.backend.connect("/old").token).isDone)
        _ = await stream.end()
        #expect(stream.body == "event: ready\ndata:\n\n")
    }

    @Test(
        "a connection serves another stream after the first one, and is closed when none comes", .timeLimit(.minutes(1))
    )
    func connectionAgain() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open("/first", until: "ready")
        #expect(try await pair.gateway.close(token).isDone)
        #expect(await stream.end().hasSuffix(GatewayStream.terminator))
        try stream.connection.get("/second")
        let second = try await pair.backend.connect("/second").token
        // Perhaps before the stream is live; then it waits.
        #expect(try await pair.gateway.send(second, nil, "again", close: true).status == 200)
        let rest = await stream.receive(until: nil).dropFirst(10)
        #expect(rest.components(separatedBy: "HTTP/1.1 200 OK").count == 2)
        #expect(rest.hasSuffix(GatewayStream.chunk("data: again\n\n") + GatewayStream.terminator))
    }

    @Test("three streams have three tokens", .timeLimit(.minutes(1)))
    func threeTokens() async throws {
        let pair = try await GatewayPair()
        var tokens: Set<String> = []
        var streams: [GatewayStream] = []
        for number in 1...3 {
            let (stream, token) = try await pair.open("/\(number)", until: "ready")
            tokens.insert(token)
            streams.append(stream)
        }
        #expect(tokens.count == 3)
    }

    @Test("HEAD gets the head of a stream, and no backend hears of it", .timeLimit(.minutes(1)))
    func headRequest() async throws {
        let pair = try await GatewayPair()
        let connection = try RawConnection(port: pair.gateway.port)
        try connection.send("HEAD /events HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        let answers = await connection.receive(until: #"{"status":"ok"}"#).components(separatedBy: "\r\n\r\n")
        #expect(answers.count == 3)
        #expect(answers[0].contains("Content-Type: text/event-stream"))
        #expect(pair.backend.calls.isEmpty)
    }

    // MARK: Refusals

    @Test(
        "what the backend refuses, the client gets with its status", .timeLimit(.minutes(1)),
        arguments: [
            ("500 Oops", 500), ("429 Slow down", 429), ("404 Not Found", 404), ("302 Found", 302),
            ("304 Not Modified", 502),
        ])
    func refused(line: String, status: Int) async throws {
        let pair = try await GatewayPair { _, _ in .status(line) }
        let answer = try await pair.gateway.client.get("/events")
        let told = line.prefix(3)
        #expect(answer.status == status)
        #expect(answer.text == #"{"error":{"message":"Backend returned \#(told)","code":"BACKEND_ERROR"}}"#)
        #expect(answer.headers.first(name: "content-type") == "application/json")
        #expect(answer.headers.first(name: "access-control-allow-origin") == "*")
        #expect(!(try await pair.gateway.knows(pair.backend.calls[0].token)))
        #expect(pair.backend.calls.count == 1)
    }

    @Test(
        "400, 401 and 403 are said on the stream, in the words of the backend", .timeLimit(.minutes(1)),
        arguments: [
            ("400 Bad Request", #"{"status":400,"message":"Bad Request"}"#),
            ("401 Your token has expired", #"{"status":401,"message":"Your token has expired"}"#),
            ("401 ", #"{"status":401,"message":"Unauthorized"}"#),
            ("403 Forbidden", #"{"status":403,"message":"Forbidden"}"#),
        ])
    func rejected(line: String, data: String) async throws {
        let pair = try await GatewayPair { _, _ in .status(line) }
        let stream = try pair.start()
        _ = await stream.end()
        #expect(stream.status == 200)
        #expect(stream.header("Content-Type") == "text/event-stream")
        #expect(stream.body == GatewayStream.chunk("event: rejected\ndata: \(data)\n\n") + GatewayStream.terminator)
        #expect(!(try await pair.gateway.knows(pair.backend.calls[0].token)))
        #expect(pair.backend.calls.count == 1)
    }

    @Test(
        "or by the status, where it is set so", .timeLimit(.minutes(1)),
        arguments: [(400, "BACKEND_ERROR"), (401, "BACKEND_AUTH_FAILED"), (403, "BACKEND_FORBIDDEN")])
    func rejectedByStatus(status: Int, code: String) async throws {
        let pair = try await GatewayPair(environment: ["SSE_REJECT_MODE": "http"]) { _, _ in .status("\(status) No") }
        let answer = try await pair.gateway.client.get("/events")
        #expect(answer.status == status)
        #expect(answer.json["error"]?["code"] == .string(code))
    }

    @Test("the classic profile says errors in one sentence", .timeLimit(.minutes(1)))
    func flatErrors() async throws {
        let pair = try await GatewayPair(["--profile", "classic"]) { _, _ in .status("401 No") }
        let answer = try await pair.gateway.client.get("/events")
        #expect(answer.status == 401)
        #expect(answer.text == #"{"error":"Backend returned 401"}"#)
        #expect(try await pair.gateway.client.get("/readyz").text == #"{"status":"ready","configured":true}"#)
    }

    @Test("a backend that is not there or breaks off is unavailable", .timeLimit(.minutes(1)))
    func backendDown() async throws {
        let unavailable = #"{"error":{"message":"Backend unavailable","code":"BACKEND_UNAVAILABLE"}}"#
        let pair = try await GatewayPair { call, _ in
            call.url == "/hang-up" ? .hangUp : .raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")
        }
        for path in ["/hang-up", "/half"] {
            let answer = try await pair.gateway.client.get(path)
            #expect(answer.status == 503)
            #expect(answer.text == unavailable)
        }
        try await pair.backend.stop()
        let answer = try await pair.gateway.client.get("/refused")
        #expect(answer.status == 503)
        #expect(answer.text == unavailable)
    }

    @Test("a backend that is slower than it may be is too late", .timeLimit(.minutes(1)))
    func backendSlow() async throws {
        let pair = try await GatewayPair(environment: ["SSE_CALLBACK_TIMEOUT_MS": "300"]) { _, _ in .silence }
        let start = ContinuousClock.now
        let answer = try await pair.gateway.client.get("/events")
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(answer.status == 504)
        #expect(answer.text == #"{"error":{"message":"Gateway timeout","code":"GATEWAY_TIMEOUT"}}"#)
    }

    @Test(
        "a backend may answer in any way that HTTP permits", .timeLimit(.minutes(1)),
        arguments: [
            "HTTP/1.0 200 OK\r\n\r\n{}", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 201\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "HTTP/1.1 299 Fine\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ])
    func anyAnswer(raw: String) async throws {
        let pair = try await GatewayPair { _, _ in .raw(raw) }
        let (stream, _) = try await pair.open(until: "ready")
        #expect(stream.status == 200)
    }

    @Test("without a callback URL nothing opens, and it is said why", .timeLimit(.minutes(1)))
    func notConfigured() async throws {
        let gateway = try await GatewayProcess(callbackURL: nil)
        let answer = try await gateway.client.get("/events")
        #expect(answer.status == 503)
        #expect(answer.text == #"{"error":{"message":"Service not configured","code":"SERVICE_NOT_CONFIGURED"}}"#)
        let ready = try await gateway.client.get("/readyz")
        #expect(ready.status == 503)
        #expect(
            ready.text
                == #"{"status":"not_ready","configured":false,"rabbitmq":"disabled","reasons":["CALLBACK_URL not configured"]}"#
        )
        let health = try await gateway.client.get("/healthz")
        #expect(health.status == 200)
        #expect(health.text == #"{"status":"ok"}"#)
    }

    @Test("a broker, which this program does not use, makes the gateway unready", .timeLimit(.minutes(1)))
    func broker() async throws {
        let backend = try await ScriptedBackend { _ in .empty }
        let gateway = try await GatewayProcess(
            callbackURL: backend.callbackURL,
            environment: ["RABBITMQ_URL": "amqp://user:password@localhost", "RABBITMQ_ENV_PREFIX": "test"])
        let answer = try await gateway.client.get("/events")
        #expect(answer.status == 503)
        #expect(answer.text == #"{"error":{"message":"RabbitMQ unavailable","code":"RABBITMQ_UNAVAILABLE"}}"#)
        #expect(backend.calls.isEmpty)
        let ready = try await gateway.client.get("/readyz")
        #expect(ready.status == 503)
        #expect(
            ready.text
                == #"{"status":"not_ready","configured":true,"rabbitmq":"disconnected","reasons":["RabbitMQ not connected"]}"#
        )
    }

    @Test("there is a limit on open streams", .timeLimit(.minutes(1)))
    func tooMany() async throws {
        let pair = try await GatewayPair(["--streams-max", "1"])
        let (stream, token) = try await pair.open("/first", until: "ready")
        let answer = try await pair.gateway.client.get("/second")
        #expect(answer.status == 503)
        #expect(answer.json["error"]?["code"] == "TOO_MANY_STREAMS")
        #expect(try await pair.gateway.close(token).isDone)
        _ = await stream.end()
        let third = try pair.start("/third")
        await third.receive(until: "\r\n\r\n")
        #expect(third.status == 200)
    }

    // MARK: Other requests

    @Test("every answer may be read by every page", .timeLimit(.minutes(1)))
    func accessControl() async throws {
        let pair = try await GatewayPair()
        let connection = try RawConnection(port: pair.gateway.port)
        try connection.send(
            "OPTIONS /any HTTP/1.1\r\nhost: x\r\n\r\nPOST /none HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
        try connection.send("DELETE /none HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        let answers = await connection.receive().components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0 }
        #expect(answers.map { $0.prefix(3) } == ["204", "404", "404"])
        #expect(!answers[0].contains("\r\nContent-"))
        #expect(answers[0].hasSuffix("\r\n\r\n"))
        for answer in answers {
            #expect(answer.contains("\r\nAccess-Control-Allow-Origin: *\r\n"))
            #expect(answer.contains("\r\nAccess-Control-Allow-Methods: GET, POST, OPTIONS\r\n"))
            #expect(answer.contains("\r\nAccess-Control-Allow-Headers: Content-Type, Cache-Control\r\n"))
        }
    }

    @Test(
        "what is no HTTP is refused", .timeLimit(.minutes(1)),
        arguments: [
            ("rubbish\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nx: \(String(repeating: "y", count: 70_000))\r\n\r\n", "431"),
        ])
    func malformed(request: String, status: String) async throws {
        let pair = try await GatewayPair()
        let connection = try RawConnection(port: pair.gateway.port)
        try connection.send(request)
        let answer = await connection.receive()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        #expect(answer.contains(#"{"error":{"message":"Invalid request: "#))
        #expect(pair.backend.calls.isEmpty)
    }

    @Test("what comes behind the request of a stream is ignored", .timeLimit(.minutes(1)))
    func bytesBehind() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(until: "ready")
        try stream.connection.send("GET /healthz HTTP/1.1\r\n\r\n\u{0}rubbish\r\n\r\n")
        try await wait { try stream.connection.isReadByServer }
        #expect(try await pair.gateway.send(token, nil, "still here").isDone)
        #expect(await stream.receive(until: "still here").contains("still here"))
        #expect(try await pair.gateway.close(token).isDone)
        #expect(await stream.end().hasSuffix(GatewayStream.chunk("data: still here\n\n") + GatewayStream.terminator))
    }
}
