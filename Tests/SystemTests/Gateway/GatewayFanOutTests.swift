import EventLog
import Foundation
import NIOHTTP1
import Testing

@Suite("A server whose streams are carried by gateways (sse-gateway 19)")
struct GatewayFanOutTests {
    private static let secret = "hush"
    /// On a machine that is busy with other tests a callback may take its time.
    private static let patience = ["SSE_CALLBACK_TIMEOUT_MS": "30000"]

    /// A server that knows some gateways, and those gateways.
    private struct Fleet {
        let server: ServerProcess
        let gateways: [GatewayProcess]
        let session: String

        init(gateways count: Int = 1, arguments: [String] = []) async throws {
            let ports = try (0..<count).map { _ in try GatewayProcess.freePort() }
            let addresses = ports.map { "http://127.0.0.1:\($0)" }
            let server = try await ServerProcess(
                ["--gateways", addresses.joined(separator: ",")] + arguments,
                environment: ["VERDICT_GATEWAY_SECRET": GatewayFanOutTests.secret])
            var gateways: [GatewayProcess] = []
            for (port, address) in zip(ports, addresses) {
                gateways.append(
                    try await GatewayProcess(
                        callbackURL: Self.callback(server, address), ["--log-level", "notice"],
                        environment: GatewayFanOutTests.patience.merging(["SSE_SEND_SECRET": GatewayFanOutTests.secret])
                        {
                            own, _ in own
                        }, port: port))
            }
            self.server = server
            self.gateways = gateways
            session = try await server.client.openSession("alice@host")
        }

        static func callback(_ server: ServerProcess, _ address: String) -> String {
            "\(server.address)/api/sse/callback?secret=\(GatewayFanOutTests.secret)&gateway=\(address)"
        }

        var path: String { "\(ServerClient.api)/stream/alice@host?session_id=\(session)" }

        func stream(at gateway: Int = 0, after id: String? = nil) async throws -> EventStream {
            let stream = try await gateways[gateway].client.stream(
                path, headers: id.map { ["last-event-id": $0] } ?? [:])
            #expect(stream.status == 200)
            return stream
        }

        /// What a client hears of that returns with the last id whenever its stream ends.
        func follow(through count: Int) async throws -> [String] {
            var decisions: [String] = []
            var last: String?
            while decisions.count < count {
                var stream = try await stream(after: last)
                while decisions.count < count, let event = try await stream.next() {
                    last = event.id
                    if event.name == "decision_pending" { decisions.append(event["decision_id"]?.stringValue ?? "") }
                }
            }
            return decisions
        }
    }

    private static func decisions(_ events: [EventStream.Event]) -> [String] {
        events.filter { $0.name == "decision_pending" }.compactMap { $0["decision_id"]?.stringValue }
    }

    @Test("a stream at a gateway says what a stream at the server says, byte for byte", .timeLimit(.minutes(1)))
    func sameEvents() async throws {
        let fleet = try await Fleet()
        #expect(try await fleet.server.client.enqueue("before").status == 200)
        var direct = try await fleet.server.client.stream(fleet.path)
        var carried = try await fleet.stream()
        #expect(carried.status == 200)
        #expect(try await direct.next() == carried.next())
        // The id of what waits says as of when it waits, and that a stream at a gateway opens is an event itself.
        let (waiting, carriedWaiting) = (try await direct.next(), try await carried.next())
        #expect(waiting?.name == "decision_pending" && carriedWaiting?.name == waiting?.name)
        #expect(carriedWaiting?.data == waiting?.data)
        for number in 1...5 { #expect(try await fleet.server.client.enqueue("d\(number)").status == 200) }
        #expect(try await fleet.server.client.act(.approve, on: "d3", in: fleet.session).status == 200)
        let expected = try await direct.events { $0.name == "decision_resolved" }
        #expect(try await carried.events { $0.name == "decision_resolved" } == expected)
        #expect(Self.decisions(expected) == (1...5).map { "d\($0)" })
    }

    @Test("one server feeds several gateways, each with several streams", .timeLimit(.minutes(1)))
    func severalGateways() async throws {
        let fleet = try await Fleet(gateways: 2)
        var streams: [EventStream] = []
        for number in 0..<6 {
            var stream = try await fleet.stream(at: number % 2)
            #expect(try await stream.next()?.name == "connected")
            streams.append(stream)
        }
        for number in 1...20 { #expect(try await fleet.server.client.enqueue("d\(number)").status == 200) }
        for number in streams.indices {
            let events = try await streams[number].events { $0["decision_id"] == "d20" }
            #expect(Self.decisions(events) == (1...20).map { "d\($0)" })
        }
    }

    @Test(
        "a gateway that dies loses nothing: its client returns elsewhere with the last id it saw",
        .timeLimit(.minutes(1)))
    func gatewayDies() async throws {
        let fleet = try await Fleet(gateways: 2)
        var stream = try await fleet.stream(at: 0)
        for number in 1...10 { #expect(try await fleet.server.client.enqueue("d\(number)").status == 200) }
        let seen = try await stream.events { $0["decision_id"] == "d5" }
        fleet.gateways[0].process.send(SIGKILL)
        for number in 11...15 { #expect(try await fleet.server.client.enqueue("d\(number)").status == 200) }
        var next = try await fleet.stream(at: 1, after: seen.last?.id)
        let rest = try await next.events { $0["decision_id"] == "d15" }
        #expect(Self.decisions(seen + rest) == (1...15).map { "d\($0)" })
    }

    @Test(
        "a server that dies loses nothing: the next one ends the streams that it does not know", .timeLimit(.minutes(1))
    )
    func serverDies() async throws {
        let port = try GatewayProcess.freePort()
        let gatewayPort = try GatewayProcess.freePort()
        let arguments = ["--port", "\(port)", "--gateways", "http://127.0.0.1:\(gatewayPort)"]
        let first = try await ServerProcess(arguments)
        let gateway = try await GatewayProcess(
            callbackURL: "\(first.address)/api/sse/callback", ["--log-level", "notice"],
            environment: Self.patience, port: gatewayPort)
        let session = try await first.client.openSession("alice@host")
        let path = "\(ServerClient.api)/stream/alice@host?session_id=\(session)"
        var stream = try await gateway.client.stream(path)
        for number in 1...3 { #expect(try await first.client.enqueue("d\(number)").status == 200) }
        let seen = try await stream.events { $0["decision_id"] == "d3" }
        await first.kill()
        let second = try await first.startAgain(arguments)
        #expect(try await second.client.enqueue("d4").status == 200)
        while try await stream.next() != nil {}
        var again = try await gateway.client.stream(path, headers: ["last-event-id": seen.last?.id ?? ""])
        let rest = try await again.events { $0["decision_id"] == "d4" }
        #expect(Self.decisions(seen + rest) == (1...4).map { "d\($0)" })
    }

    @Test("a server that stops ends the streams at its gateways", .timeLimit(.minutes(1)))
    func serverStops() async throws {
        let fleet = try await Fleet()
        var stream = try await fleet.stream()
        #expect(try await stream.next()?.name == "connected")
        #expect(await fleet.server.terminate().exit == .success)
        while try await stream.next() != nil {}
        #expect(try await fleet.gateways[0].client.get("/healthz").status == 200)
    }

    @Test("a stream that opens while decisions come gets each of them once", .timeLimit(.minutes(1)))
    func opensInTheMiddle() async throws {
        let fleet = try await Fleet()
        let client = fleet.server.client
        // What waits takes its time, so that much comes meanwhile.
        let long = JSON.string(String(repeating: "x", count: 30_000))
        for number in 1...20 { #expect(try await client.enqueue("d\(number)", ["pad": long]).status == 200) }
        async let writing: Bool = {
            for number in 21...100 where try await client.enqueue("d\(number)").status != 200 { return false }
            return true
        }()
        let all = Set((1...100).map { "d\($0)" })
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<3 { group.addTask { try await fleet.follow(through: 100) } }
            for try await decisions in group {
                #expect(Set(decisions) == all)
                #expect(decisions.count == all.count)
            }
        }
        #expect(try await writing)
    }

    @Test("who may not have a stream is told on the stream", .timeLimit(.minutes(1)))
    func refused() async throws {
        let fleet = try await Fleet()
        let client = fleet.gateways[0].client
        let base = "\(ServerClient.api)/stream"
        let cases = [
            ("\(base)/alice@host?session_id=none", #"{"status":401,"message":"Unauthorized"}"#),
            ("\(base)/bob@host?session_id=\(fleet.session)", #"{"status":403,"message":"Forbidden"}"#),
            ("\(base)/alice@host", #"{"status":400,"message":"Bad Request"}"#),
            ("/elsewhere", #"{"status":400,"message":"Bad Request"}"#),
            ("/governance/stream", #"{"status":400,"message":"Bad Request"}"#),
        ]
        for (path, data) in cases {
            var stream = try await client.stream(path)
            let event = try await stream.next()
            #expect(event?.name == "rejected" && event?.data == data, "\(path): \(String(describing: event))")
            #expect(try await stream.next() == nil)
        }
        var alias = try await client.stream("/governance/stream", headers: ["x-session-id": fleet.session])
        #expect(try await alias.next()?.name == "connected")
    }

    @Test("callbacks without the secret, from nowhere or without sense are refused", .timeLimit(.minutes(1)))
    func badCallbacks() async throws {
        let fleet = try await Fleet(gateways: 2)
        let path = "/api/sse/callback"
        let body: JSON = ["action": "disconnect", "token": "t", "request": ["url": "/", "headers": .emptyObject]]
        let gateway = fleet.gateways[0].client.address
        func status(_ query: String, _ body: JSON) async throws -> Int {
            try await fleet.server.client.post(path + query, body).status
        }
        #expect(try await status("?secret=\(Self.secret)&gateway=\(gateway)", body) == 200)
        #expect(try await status("?gateway=\(gateway)", body) == 401)
        #expect(try await status("?secret=wrong&gateway=\(gateway)", body) == 401)
        #expect(try await status("?secret=\(Self.secret)", body) == 403)
        #expect(try await status("?secret=\(Self.secret)&gateway=http://192.0.2.1", body) == 403)
        for broken in [[], ["action": "open", "token": "t"], ["action": "connect", "token": "t"]] as [JSON] {
            #expect(try await status("?secret=\(Self.secret)&gateway=\(gateway)", broken) == 400)
        }
        let alone = try await ServerProcess()
        #expect(try await alone.client.post(path, body).status == 404)
    }
}
