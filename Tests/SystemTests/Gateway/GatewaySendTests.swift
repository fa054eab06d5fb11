import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

@Suite("Commands of the backend (sse-gateway 4.2, 7 and 9)")
struct GatewaySendTests {
    @Test("events go out byte for byte, one chunk each", .timeLimit(.minutes(1)), arguments: ["envelope", "named"])
    func bytes(format: String) async throws {
        let pair = try await GatewayPair(environment: ["SSE_EVENT_FORMAT": format])
        let (stream, token) = try await pair.open(until: "ready")
        let isNamed = format == "named"
        let cases: [(name: String?, data: String, frame: String)] = [
            (nil, "Hello", "data: Hello\n\n"), ("", "Hello", "data: Hello\n\n"),
            (nil, "Line 1\nLine 2", "data: Line 1\ndata: Line 2\n\n"), (nil, "", "data: \n\n"),
            (nil, "\n\n", "data: \ndata: \ndata: \n\n"), (nil, "Data\n", "data: Data\ndata: \n\n"),
            (nil, "a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"), (nil, "ü€𝄞", "data: ü€𝄞\n\n"),
            ("ready", "dropped", "event: ready\ndata:\n\n"),
            ("update", "1", isNamed ? "event: update\ndata: 1\n\n" : "data: {\"type\":\"update\",\"payload\":1}\n\n"),
            (
                "update", "{\"a\":\n1}",
                isNamed
                    ? "event: update\ndata: {\"a\":\ndata: 1}\n\n"
                    : "data: {\"type\":\"update\",\"payload\":{\"a\":\ndata: 1}}\n\n"
            ),
            (
                "a\"b", "1",
                isNamed ? "event: a\"b\ndata: 1\n\n" : "data: {\"type\":\"a\\\"b\",\"payload\":1}\n\n"
            ),
            ("update", "", isNamed ? "event: update\ndata: \n\n" : "data: {\"type\":\"update\",\"payload\":null}\n\n"),
            (
                "update", "no json",
                isNamed ? "event: update\ndata: no json\n\n" : "data: {\"type\":\"update\",\"payload\":\"no json\"}\n\n"
            ),
        ]
        for (name, data, _) in cases { #expect(try await pair.gateway.send(token, name, data).isDone) }
        #expect(try await pair.gateway.close(token).isDone)
        _ = await stream.end()
        let expected = (["event: ready\ndata:\n\n"] + cases.map(\.frame)).map(GatewayStream.chunk).joined()
        #expect(stream.body == expected + GatewayStream.terminator)
    }

    @Test("a version in between: ready in an envelope, connection_close by name", .timeLimit(.minutes(1)))
    func passthrough() async throws {
        let pair = try await GatewayPair(
            environment: ["SSE_READY_EVENT": "envelope", "SSE_NAMED_PASSTHROUGH": "other, connection_close"])
        let (stream, token) = try await pair.open(until: "ready")
        #expect(try await pair.gateway.send(token, "connection_close", "1\n2", close: true).isDone)
        _ = await stream.end()
        let expected = [
            "data: {\"type\":\"ready\",\"payload\":{}}\n\n", "event: connection_close\ndata: 1\ndata: 2\n\n",
        ]
        #expect(stream.body == expected.map(GatewayStream.chunk).joined() + GatewayStream.terminator)
    }

    @Test("five events in a row keep their order, on one connection", .timeLimit(.minutes(1)))
    func pipelined() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(until: "ready")
        let commands = (1...5).map { number in
            let body = #"{"token":"\#(token)","event":{"data":"\#(number)"},"close":\#(number == 5)}"#
            return "POST /internal/send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let connection = try RawConnection(port: pair.gateway.port)
        try connection.send(commands.joined() + "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        let answers = await connection.receive().components(separatedBy: "HTTP/1.1 200 OK")
        #expect(answers.count == 7)
        #expect(answers.dropFirst().allSatisfy { $0.hasSuffix(#"{"status":"ok"}"#) })
        _ = await stream.end()
        let expected = ["event: ready\ndata:\n\n"] + (1...5).map { "data: \($0)\n\n" }
        #expect(stream.body == expected.map(GatewayStream.chunk).joined() + GatewayStream.terminator)
    }

    @Test("a command without event and close tells whether the token lives", .timeLimit(.minutes(1)))
    func probe() async throws {
        let pair = try await GatewayPair()
        let (stream, token) = try await pair.open(until: "ready")
        #expect(try await pair.gateway.send(["token": .string(token), "other": [1, 2]]).isDone)
        #expect(try await pair.gateway.close(token).isDone)
        #expect(try await pair.gateway.send(["token": .string(token)]).isUnknownToken)
        _ = await stream.end()
        #expect(stream.body == GatewayStream.chunk("event: ready\ndata:\n\n") + GatewayStream.terminator)
    }

    @Test("the disconnect callback is there before the answer to the close", .timeLimit(.minutes(1)))
    func closeOrder() async throws {
        // The limit is for backends that wait for us; on a machine that is busy with other tests it would be met by chance.
        let pair = try await GatewayPair(environment: ["SSE_CLOSE_WAIT_MS": "20000"])
        for (path, event) in [("/a", nil), ("/b", "last")] as [(String, String?)] {
            let (stream, token) = try await pair.open(path, until: "ready")
            let answer =
                if let event { try await pair.gateway.send(token, nil, event, close: true) } else {
                    try await pair.gateway.close(token)
                }
            let calls = pair.backend.disconnects.filter { $0.token == token }
            #expect(answer.isDone)
            #expect(calls.map(\.reason) == ["server_closed"])
            #expect(calls.first?.json.objectValue?.members.map(\.key) == ["action", "reason", "token", "request"])
            #expect(calls.first?.json["request"] == (try await pair.backend.connect(path)).json["request"])
            _ = await stream.end()
            let expected = ["event: ready\ndata:\n\n"] + (event.map { ["data: \($0)\n\n"] } ?? [])
            #expect(stream.body == expected.map(GatewayStream.chunk).joined() + GatewayStream.terminator)
            #expect(try await pair.gateway.close(token).isUnknownToken)
        }
        #expect(pair.backend.disconnects.count == 2)
    }

    @Test("the backend's answer to a disconnect changes nothing", .timeLimit(.minutes(1)))
    func disconnectAnswers() async throws {
        let pair = try await GatewayPair { call, _ in
            switch (call.action, call.url) {
            case ("connect", _): .empty
            case (_, "/event"): .json(#"{"event":{"data":"no"},"close":true}"#)
            case (_, "/error"): .status("500 Oops")
            case (_, "/gone"): .hangUp
            default: .raw("rubbish")
            }
        }
        for path in ["/event", "/error", "/gone", "/rubbish"] {
            let (stream, token) = try await pair.open(path, until: "ready")
            #expect(try await pair.gateway.close(token).isDone)
            _ = await stream.end()
            #expect(stream.body == GatewayStream.chunk("event: ready\ndata:\n\n") + GatewayStream.terminator)
        }
        #expect(await pair.backend.disconnects(4).count == 4)
    }

    // MARK: Mistakes

    private static let mistakes: [(body: String, code: String, message: String)] = [
        ("{}", "INVALID_TOKEN_MISSING", "token is required and must be a string"),
        (#"{"token":""}"#, "INVALID_TOKEN_MISSING", "token is required and must be a string"),
        (#"{"token":1,"event":1}"#, "INVALID_TOKEN_MISSING", "token is required and must be a string"),
        ("[]", "INVALID_TOKEN_MISSING", "token is required and must be a string"),
        ("", "INVALID_TOKEN_MISSING", "token is required and must be a string"),
        (#"{"token":"x","event":null,"close":1}"#, "INVALID_EVENT_TYPE", "event must be an object"),
        (#"{"token":"x","event":"y"}"#, "INVALID_EVENT_TYPE", "event must be an object"),
        (#"{"token":"x","event":[]}"#, "INVALID_EVENT_TYPE", "event must be an object"),
        (
            #"{"token":"x","event":{"name":1}}"#, "INVALID_EVENT_DATA_MISSING",
            "event.data is required and must be a string"
        ),
        (
            #"{"token":"x","event":{"data":{}}}"#, "INVALID_EVENT_DATA_MISSING",
            "event.data is required and must be a string"
        ),
        (
            #"{"token":"x","event":{"data":null}}"#, "INVALID_EVENT_DATA_MISSING",
            "event.data is required and must be a string"
        ),
        (
            #"{"token":"x","event":{"data":"","name":1},"close":1}"#, "INVALID_EVENT_NAME_TYPE",
            "event.name must be a string"
        ),
        (#"{"token":"x","event":{"data":"","name":null}}"#, "INVALID_EVENT_NAME_TYPE", "event.name must be a string"),
        (#"{"token":"x","event":{"data":"","name":"a\nb"}}"#, "INVALID_EVENT_NAME_TYPE", "event.name must be a string"),
        (#"{"token":"x","event":{"data":"","name":"a\rb"}}"#, "INVALID_EVENT_NAME_TYPE", "event.name must be a string"),
        (#"{"token":"x","close":"true"}"#, "INVALID_CLOSE_TYPE", "close must be a boolean"),
        (#"{"token":"x","close":null}"#, "INVALID_CLOSE_TYPE", "close must be a boolean"),
        (#"{"token":"x""#, "INVALID_JSON", "the body is not JSON"),
    ]

    @Test("every mistake has its code and message, also with an unknown token", .timeLimit(.minutes(1)))
    func mistakes() async throws {
        let pair = try await GatewayPair()
        let flat = try await GatewayProcess(callbackURL: nil, environment: ["SSE_ERROR_SHAPE": "flat"])
        for (body, code, message) in Self.mistakes {
            let nested = try await post(body, to: pair.gateway)
            #expect(nested.status == 400)
            #expect(nested.text == #"{"error":{"message":"Invalid request: \#(message)","code":"\#(code)"}}"#)
            #expect(try await post(body, to: flat).text == #"{"error":"Invalid request: \#(message)"}"#)
        }
        #expect(try await post(#"{"token":"x"}"#, to: pair.gateway).isUnknownToken)
        #expect(try await post(#"{"token":"x"}"#, to: pair.gateway, type: "text/plain").status == 400)
        #expect(
            try await post(#"{"token":"x"}"#, to: pair.gateway, type: "application/json; charset=utf-8").isUnknownToken)
    }

    private func post(
        _ body: String, to gateway: GatewayProcess, type: String = "application/json"
    ) async throws -> ServerClient.Answer {
        try await gateway.client.post("/internal/send", bytes: Array(body.utf8), type: type)
    }

    @Test("a body of 1 MiB is taken, a longer one is not", .timeLimit(.minutes(1)))
    func longBodies() async throws {
        let pair = try await GatewayPair(environment: ["SSE_PROFILE": "classic", "SSE_ERROR_SHAPE": "nested"])
        let (stream, token) = try await pair.open()
        let data = String(repeating: "x", count: 1_048_000)
        #expect(try await pair.gateway.send(token, nil, data).isDone)
        #expect(await stream.receive(until: "x\n\n").contains("data: \(data)\n\n"))
        for framing in [
            "content-length: 2000000\r\n\r\n",
            "transfer-encoding: chunked\r\n\r\n100001\r\n\(String(repeating: " ", count: 0x100001))\r\n",
        ] {
            let connection = try RawConnection(port: pair.gateway.port)
            try connection.send("POST /internal/send HTTP/1.1\r\nhost: x\r\n\(framing)")
            let answer = await connection.receive(until: "}}")
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("BODY_TOO_LARGE"))
        }
    }

    // MARK: Secrets

    private static let commands: [(path: String, body: JSON)] = [
        ("/internal/send", ["token": "x", "close": true]),
        ("/internal/broadcast", ["tokens": ["x"], "frames": "\n\n"]),
        ("/internal/retain", ["tokens": []]),
    ]

    @Test("where there is a secret, every command carries it", .timeLimit(.minutes(1)))
    func secret() async throws {
        let pair = try await GatewayPair(environment: ["SSE_SEND_SECRET": "hush words"])
        let (stream, token) = try await pair.open(until: "ready")
        for (path, body) in Self.commands {
            let without = try await pair.gateway.client.post(path, body)
            #expect(without.status == 401)
            #expect(without.json["error"]?["code"] == "UNAUTHORIZED")
            #expect(without.headers.first(name: "www-authenticate") == "Bearer")
            for wrong in ["hush", "hush wordS", "hush words x", ""] {
                #expect(
                    try await pair.gateway.client.call(.POST, path, body, as: wrong).status == 401, "\(path) \(wrong)")
            }
        }
        #expect(try await pair.gateway.client.call(.POST, "/internal/send", [:], as: "hush words").status == 400)
        let body: JSON = ["token": .string(token), "close": true]
        #expect(try await pair.gateway.client.call(.POST, "/internal/send", body, as: "hush words").isDone)
        #expect(await stream.end().hasSuffix(GatewayStream.terminator))
        let retained = try await pair.gateway.client.call(
            .POST, "/internal/retain", ["tokens": []], as: "hush words")
        #expect(retained.status == 200)
        // Clients and health want none.
        #expect(try await pair.gateway.client.get("/readyz").status == 200)
    }

    @Test(
        "without a secret, commands that want no token are for this machine alone", .timeLimit(.minutes(1)),
        arguments: ["127.0.0.1", "0.0.0.0"])
    func manyStreamsFromElsewhere(host: String) async throws {
        let port = try GatewayProcess.freePort()
        let process = try VerdictProcess(["gateway", "--host", host, "--port", "\(port)"])
        #expect(await process.output.wait(for: "gateway listens on http://\(host):\(port)"))
        let client = ServerClient(address: "http://127.0.0.1:\(port)")
        let isLocal = host == "127.0.0.1"
        #expect(try await client.post("/internal/retain", ["tokens": []]).status == (isLocal ? 200 : 401))
        let broadcast: JSON = ["tokens": [], "frames": "\n\n"]
        #expect(try await client.post("/internal/broadcast", broadcast).status == (isLocal ? 200 : 401))
        #expect(try await client.post("/internal/send", ["token": "x"]).status == 404)
        if !isLocal { #expect(await process.errors.wait(for: "SSE_SEND_SECRET keeps them out")) }
    }

    // MARK: Many streams

    @Test("a broadcast writes the same bytes to many streams and names those that are gone", .timeLimit(.minutes(1)))
    func broadcast() async throws {
        let pair = try await GatewayPair(["--profile", "classic"])
        let (first, firstToken) = try await pair.open("/1")
        let (second, secondToken) = try await pair.open("/2")
        let frames = "id: 7\nevent: note\ndata: {}\n\n"
        let answer = try await pair.gateway.client.post(
            "/internal/broadcast",
            ["tokens": [.string(firstToken), "nobody", .string(secondToken)], "frames": .string(frames)])
        #expect(answer.text == #"{"status":"ok","gone":["nobody"],"full":[]}"#)
        for stream in [first, second] {
            await stream.receive(until: "data: {}\n\n")
            #expect(stream.body == GatewayStream.chunk(frames))
        }
        for body in [
            ["tokens": "x", "frames": "\n\n"], ["tokens": [1], "frames": "\n\n"],
            ["tokens": [], "frames": "data: x\n"],
        ] as [JSON] {
            #expect(try await pair.gateway.client.post("/internal/broadcast", body).status == 400)
        }
    }

    @Test("a backend that keeps some streams closes all others", .timeLimit(.minutes(1)))
    func retain() async throws {
        let pair = try await GatewayPair()
        let (kept, keptToken) = try await pair.open("/kept", until: "ready")
        let (closed, closedToken) = try await pair.open("/closed", until: "ready")
        let young = try await pair.gateway.client.post("/internal/retain", ["tokens": [], "older_than_ms": 60_000])
        #expect(young.status == 200)
        for token in [keptToken, closedToken] { #expect(try await pair.gateway.knows(token)) }
        for age in [-1, "soon", 1.5, nil] as [JSON] {
            let answer = try await pair.gateway.client.post("/internal/retain", ["tokens": [], "older_than_ms": age])
            #expect(answer.json["error"]?["code"] == "INVALID_OLDER_THAN_MS")
        }
        let answer = try await pair.gateway.client.post("/internal/retain", ["tokens": [.string(keptToken), "nobody"]])
        #expect(answer.text == #"{"status":"ok","closed":1}"#)
        #expect(await closed.end().hasSuffix(GatewayStream.terminator))
        #expect(try await pair.backend.disconnects(of: closedToken).map(\.reason) == ["server_closed"])
        #expect(try await pair.gateway.send(keptToken, nil, "here").isDone)
        #expect(await kept.receive(until: "here").contains("here"))
    }
}
