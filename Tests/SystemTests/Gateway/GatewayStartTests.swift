import EventLog
import Foundation
import Testing
import VerdictTesting

@testable import SSEGateway
@testable import verdict

@Suite("Starting and stopping a gateway (sse-gateway 3, 13 and 15)")
struct GatewayStartTests {
    @Test(
        "SIGTERM ends ten streams properly and exits 0 within 2 seconds, without a word to the backend",
        .timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) async throws {
        let pair = try await GatewayPair { call, _ in call.url == "/pending" ? .silence : .empty }
        var streams: [GatewayStream] = []
        for number in 0..<10 { streams.append(try await pair.open("/\(number)", until: "ready").0) }
        let pending = try pair.start("/pending")
        _ = try await pair.backend.connect("/pending")
        let deaf = try RawConnection(port: pair.gateway.port, receiveSizeBytes: 4096)
        try deaf.get("/deaf")
        let token = try await pair.backend.connect("/deaf").token
        #expect(try await pair.gateway.send(token, nil, String(repeating: "x", count: 1_000_000)).status == 200)
        let idle = try RawConnection(port: pair.gateway.port)

        let start = ContinuousClock.now
        pair.gateway.process.send(signal)
        #expect(await pair.gateway.process.exit == .success)
        #expect(ContinuousClock.now - start < .seconds(2))
        for stream in streams { #expect(await stream.end().hasSuffix(GatewayStream.terminator)) }
        let rest = await pending.end()
        #expect(rest.isEmpty, "\(rest)")
        #expect(pair.backend.disconnects.isEmpty)
        withExtendedLifetime((deaf, idle)) {}
    }

    @Test("a port that is taken ends the start with 1", .timeLimit(.minutes(1)))
    func portTaken() async throws {
        let gateway = try await GatewayProcess(callbackURL: nil)
        let report = try await VerdictProcess.run(["gateway", "--port", "\(gateway.port)"])
        #expect(report.exit == VerdictProcess.Exit(code: 1, isSignal: false))
        #expect(report.errors.contains("[ERROR] port \(gateway.port) is taken by another program"))
    }

    @Test(
        "a port that is none ends the start with 1", .timeLimit(.minutes(1)),
        arguments: ["0", "65536", "-1", "http", "80.5"])
    func badPort(port: String) async throws {
        let report = try await VerdictProcess.run(["gateway"], environment: ["PORT": port])
        #expect(report.exit == VerdictProcess.Exit(code: 1, isSignal: false))
        #expect(report.errors.contains("[ERROR] port: '\(port)' from PORT is not a whole number between 1 and 65535"))
    }

    @Test(
        "a command line that cannot be read ends the start with 1", .timeLimit(.minutes(1)),
        arguments: [
            (["--prot", "1"], "Unknown option '--prot'"), (["--port"], "Missing value for '--port"),
            (["--callback-url"], "Missing value for '--callback-url"), (["more"], "Unexpected argument"),
        ])
    func badArguments(arguments: [String], sentence: String) async throws {
        let report = try await VerdictProcess.run(["gateway"] + arguments)
        #expect(report.exit == VerdictProcess.Exit(code: 1, isSignal: false))
        #expect(report.errors.contains(sentence), "\(report.errors)")
    }

    @Test(
        "a setting that is none ends the start with 1, secrets unsaid", .timeLimit(.minutes(1)),
        arguments: [
            ("CALLBACK_URL", "ftp://hush", "callback-url: '***' from CALLBACK_URL is not a URL"),
            ("SSE_PROFILE", "new", "profile: 'new' from SSE_PROFILE is not one of classic, current"),
            ("SSE_EVENT_FORMAT", "xml", "event-format: 'xml' from SSE_EVENT_FORMAT is not one of named, envelope"),
            (
                "SSE_CONNECT_BODY_EVENTS", "perhaps",
                "connect-body-events: 'perhaps' from SSE_CONNECT_BODY_EVENTS is not true"
            ),
        ])
    func badSetting(variable: String, value: String, sentence: String) async throws {
        let port = try GatewayProcess.freePort()
        let report = try await VerdictProcess.run(["gateway"], environment: [variable: value, "PORT": "\(port)"])
        #expect(report.exit == VerdictProcess.Exit(code: 1, isSignal: false))
        #expect(report.errors.contains(sentence), "\(report.errors)")
        #expect(!report.errors.contains("hush"))
    }

    @Test(
        "a heartbeat interval that is none is replaced, and it is said", .timeLimit(.minutes(1)),
        arguments: ["0", "soon", "-5"])
    func badHeartbeat(interval: String) async throws {
        let gateway = try await GatewayProcess(callbackURL: nil, environment: ["HEARTBEAT_INTERVAL_SECONDS": interval])
        #expect(try await gateway.client.get("/healthz").status == 200)
        #expect(
            await gateway.process.errors.wait(
                for: "heartbeat-interval-seconds: '\(interval)' from HEARTBEAT_INTERVAL_SECONDS is not a whole number"))
        let settings = try GatewaySettings(
            SettingsResolver(settings: Setting.Gateway.all).resolve(
                flags: [:], environment: ["HEARTBEAT_INTERVAL_SECONDS": interval]))
        #expect(settings.configuration.heartbeatInterval == .seconds(15))
    }

    @Test("the command line wins over the environment", .timeLimit(.minutes(1)))
    func precedence() async throws {
        let pair = try await GatewayPair(environment: ["PORT": "http", "CALLBACK_URL": "http://127.0.0.1:1/"])
        #expect(try await pair.open(until: "ready").0.status == 200)
    }

    @Test("the help names every setting", .timeLimit(.minutes(1)))
    func help() async throws {
        let report = try await VerdictProcess.run(["help", "gateway"])
        #expect(report.exit == .success)
        for setting in Setting.Gateway.all {
            for variable in setting.environment { #expect(report.output.contains(variable), "\(variable)") }
            let hasNoFlag = setting.name.hasPrefix("rabbitmq") || setting.name == "send-secret"
            if !hasNoFlag { #expect(report.output.contains("--\(setting.name)"), "\(setting.name)") }
        }
    }

    @Test("log lines have their form, and no secret, header or data stands in them", .timeLimit(.minutes(1)))
    func logLines() async throws {
        let pair = try await GatewayPair(
            ["--profile", "classic"], environment: ["RABBITMQ_QUEUE_TTL_MS": "300000"]
        ) { call, _ in call.url == "/no" ? .status("500 Oops") : .connectionOpen }
        let stream = try pair.start("/yes", headers: ["Authorization: Bearer hush-header"])
        await stream.receive(until: "connected")
        let token = try await pair.backend.connect("/yes").token
        #expect(try await pair.gateway.send(token, "update", "hush-data").isDone)
        #expect(try await pair.gateway.close(token).isDone)
        #expect(try await pair.gateway.client.get("/no").status == 500)
        pair.gateway.process.send(SIGTERM)
        let report = await pair.gateway.process.report
        let lines = (report.output + report.errors).split(separator: "\n")
        for line in lines {
            #expect(
                line.prefixMatch(of: #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[(INFO|WARN|ERROR)\] /#) != nil, "\(line)")
        }
        #expect(report.output.split(separator: "\n").allSatisfy { $0.contains(" [INFO] ") })
        #expect(report.errors.split(separator: "\n").allSatisfy { !$0.contains(" [INFO] ") })
        for text in ["hush", "connected\"", "heartbeat\n"] { #expect(!(report.output + report.errors).contains(text)) }
        for text in [
            "callback-url: configured", "rabbitmq-url: not configured", "new stream token=\(token) url=/yes",
            "event sent bytes=9 name=update token=\(token) url=/yes", "stream closed reason=server_closed",
        ] {
            #expect(report.output.contains(text), "\(text)")
        }
        #expect(report.errors.contains("connect failed status=500"))
    }

    @Test("a launcher that does not read the output stops nothing", .timeLimit(.minutes(1)))
    func unreadOutput() async throws {
        let backend = try await ScriptedBackend { _ in .empty }
        let port = try GatewayProcess.freePort()
        let unread = try ChildProcess(
            VerdictProcess.program.path, ["gateway", "--port", "\(port)", "--callback-url", backend.callbackURL],
            environment: ["PATH": "/usr/bin:/bin"], in: NSTemporaryDirectory(), input: nil)
        defer {
            kill(unread.identifier, SIGKILL)
            _ = unread.wait()
        }
        let client = ServerClient(address: "http://127.0.0.1:\(port)")
        try await wait { (try? await client.get("/healthz"))?.status == 200 }
        // Every stream writes its URL several times.
        let long = String(repeating: "x", count: 10_000)
        for number in 0..<20 {
            let connection = try RawConnection(port: port)
            try connection.get("/\(number)/\(long)")
            #expect(await connection.receive(until: "ready").contains("ready"))
        }
        #expect(try await client.get("/healthz").status == 200)
        withExtendedLifetime(unread) {}
    }
}
