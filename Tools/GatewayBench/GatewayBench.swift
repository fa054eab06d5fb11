import ArgumentParser
import AsyncHTTPClient
import EventLog
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Measures `verdict gateway` with thousands of clients and a backend, all on one machine.
@main
struct GatewayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-bench",
        abstract: "Measure verdict gateway: connects a second, memory a stream, fan-out, heartbeats.")

    @Argument(help: "The program to measure.") var verdict: String
    @Option(help: "Streams to open.") var streams = 5000
    @Option(help: "Streams to open in a second.") var rate = 1000
    @Option(help: "How the backend answers: quick, slow, rubbish or down.") var backend = "quick"
    @Option(help: "A port for the gateway.") var port = 18_300
    @Option(help: "Events to send to all streams.") var rounds = 20

    /// Clients see this interval between the heartbeats of a stream.
    private static let heartbeatSeconds = 5

    func run() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard let behaviour = BenchBackend.Behaviour(rawValue: backend) else {
            throw ValidationError("no such backend")
        }
        let backend = try await BenchBackend(behaviour)
        let gateway = try start(callbackPort: backend.port)
        defer { gateway.terminate() }
        let arrivals = Arrivals()
        try await waitForGateway()
        let before = memory(of: gateway)
        let channels = try await connect(arrivals, expecting: behaviour)
        report(arrivals, backend.log)
        if behaviour == .quick {
            print(
                "memory          \((memory(of: gateway) - before) / max(1, channels.count)) KiB a stream, \(memory(of: gateway) / 1024) MiB in all"
            )
            try await fanOut(arrivals, backend.log)
            try await sendOneByOne(arrivals, backend.log)
            try await sendInOrder(arrivals, backend.log)
            try await heartbeats(arrivals)
        }
        for channel in channels { channel.close(promise: nil) }
        if behaviour == .quick { try await leave(backend.log, memory: { memory(of: gateway) }) }
    }

    private func start(callbackPort: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: verdict)
        process.arguments = [
            "gateway", "--port", "\(port)", "--callback-url", "http://127.0.0.1:\(callbackPort)/", "--profile",
            "classic",
            "--log-level", "notice", "--heartbeat-interval-seconds", "\(Self.heartbeatSeconds)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func waitForGateway() async throws {
        while true {
            if let answer = try? await HTTPClient.shared.get(url: "http://127.0.0.1:\(port)/healthz").get(),
                answer.status == .ok
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: Opening

    private func connect(_ arrivals: Arrivals, expecting behaviour: BenchBackend.Behaviour) async throws
        -> [any Channel]
    {
        let start = ContinuousClock.now
        let channels = await withTaskGroup(of: (any Channel)?.self) { group in
            for number in 0..<streams {
                let due = start + .seconds(Double(number) / Double(rate))
                if due > .now { try? await Task.sleep(until: due) }
                group.addTask { [port] in await StreamClient.open(number, port: port, arrivals) }
            }
            var channels: [any Channel] = []
            for await channel in group {
                if let channel { channels.append(channel) }
            }
            return channels
        }
        print("connecting      \(streams) in \(ContinuousClock.now - start), \(behaviour.rawValue) backend")
        // Whatever takes longer than a callback may has failed.
        let deadline = ContinuousClock.now + .seconds(8)
        while arrivals.state.withLock({ $0.openedAt.count + $0.refused.values.reduce(0, +) + $0.failed }) < streams,
            .now < deadline
        {
            try await Task.sleep(for: .milliseconds(10))
        }
        print("decided         after \(ContinuousClock.now - start)")
        return channels
    }

    private func report(_ arrivals: Arrivals, _ log: CallbackLog) {
        let (opened, refused, failed) = arrivals.state.withLock { ($0.openedAt, $0.refused, $0.failed) }
        print("streams         \(opened.count) open, \(failed) not connected, refused \(refused)")
        let latencies = opened.compactMap { number, at in log.answeredAt(number).map { at - $0 } }
        print("first event     \(Distribution(latencies)) behind the callback's answer")
    }

    // MARK: Sending

    private func post(_ path: String, _ body: JSON) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 1 << 24)
    }

    /// One command that reaches all streams.
    private func fanOut(_ arrivals: Arrivals, _ log: CallbackLog) async throws {
        let tokens = JSON.array(log.tokens.map { .string($0) })
        var latencies: [TimeAmount] = []
        var last: [TimeAmount] = []
        for round in 0..<rounds {
            let marker = "round-\(round)-"
            let padding = String(repeating: "x", count: 100)
            arrivals.state.withLock {
                $0.marker = marker; $0.markerAt = []
            }
            let start = NIODeadline.now()
            try await post(
                "/internal/broadcast", ["tokens": tokens, "frames": .string("data: \(marker)\(padding)\n\n")])
            let times = try await markers(arrivals, log.tokens.count).map { $0 - start }
            latencies += times
            last.append(times.max() ?? .zero)
        }
        print("fan-out         \(Distribution(latencies)), the last one \(Distribution(last))")
    }

    /// As a backend that knows nothing of our extensions does it.
    private func sendOneByOne(_ arrivals: Arrivals, _ log: CallbackLog) async throws {
        let tokens = log.tokens
        arrivals.state.withLock {
            $0.marker = "one-by-one"; $0.markerAt = []
        }
        let start = NIODeadline.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for index in stride(from: part, to: tokens.count, by: 8) {
                        try await post(
                            "/internal/send", ["token": .string(tokens[index]), "event": ["data": "one-by-one"]])
                    }
                }
            }
            try await group.waitForAll()
        }
        let times = try await markers(arrivals, tokens.count).map { $0 - start }
        print("one by one      the last of \(times.count) after \(Distribution([times.max() ?? .zero]))")
    }

    /// Many events in a row to each of some streams, which have to come all, in order (sse-gateway 18, A24).
    private func sendInOrder(_ arrivals: Arrivals, _ log: CallbackLog) async throws {
        let tokens = Array(log.tokens.prefix(1000))
        arrivals.state.withLock { $0.numbers = [:] }
        let count = 100
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for number in 0..<count {
                        for index in stride(from: part, to: tokens.count, by: 8) {
                            try await post(
                                "/internal/send",
                                ["token": .string(tokens[index]), "event": ["data": .string("number \(number);")]])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let deadline = ContinuousClock.now + .seconds(10)
        func total() -> Int { arrivals.state.withLock { $0.numbers.values.reduce(0) { $0 + $1.count } } }
        while total() < tokens.count * count, .now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        let all = arrivals.state.withLock { $0.numbers }
        let wrong = all.values.count { $0 != Array(0..<count) } + tokens.count - all.count
        print(
            "in order        \(total()) events on \(tokens.count) streams, \(wrong) streams with a gap or another order"
        )
    }

    /// Waits until the gateway has heard that all clients are gone.
    private func leave(_ log: CallbackLog, memory: () -> Int) async throws {
        let start = ContinuousClock.now
        while log.disconnects < streams, .now - start < .seconds(10) { try await Task.sleep(for: .milliseconds(10)) }
        print(
            "leaving         \(log.disconnects) disconnects after \(ContinuousClock.now - start), \(memory() / 1024) MiB left"
        )
    }

    private func markers(_ arrivals: Arrivals, _ count: Int) async throws -> [NIODeadline] {
        let deadline = ContinuousClock.now + .seconds(10)
        while arrivals.state.withLock({ $0.markerAt.count }) < count, .now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        return arrivals.state.withLock { $0.markerAt }
    }

    // MARK: Heartbeats

    private func heartbeats(_ arrivals: Arrivals) async throws {
        arrivals.state.withLock { $0.heartbeats = [:] }
        try await Task.sleep(for: .seconds(Self.heartbeatSeconds * 3))
        let beats = arrivals.state.withLock { $0.heartbeats }
        let interval = TimeAmount.seconds(Int64(Self.heartbeatSeconds))
        let late = beats.values.flatMap { zip($0.dropFirst(), $0).map { $0.0 - $0.1 - interval } }
        let silent = streams - beats.count
        print(
            "heartbeats      \(beats.values.map(\.count).reduce(0, +)), \(silent) streams without, late by \(Distribution(late))"
        )
    }

    /// Resident memory in KiB.
    private func memory(of process: Process) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)) ?? ""
        return (Int(status.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4
    }
}

/// A distribution in milliseconds.
private struct Distribution: CustomStringConvertible {
    private let sorted: [Double]

    init(_ times: [TimeAmount]) {
        sorted = times.map { Double($0.nanoseconds) / 1_000_000 }.sorted()
    }

    var description: String {
        guard let last = sorted.last else { return "none" }
        func at(_ share: Double) -> String {
            String(format: "%.1f", sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
        }
        if sorted.count == 1 { return "\(at(0)) ms" }
        return "p50 \(at(0.5)) p99 \(at(0.99)) max \(String(format: "%.1f", last)) ms"
    }
}
