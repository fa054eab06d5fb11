import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The loads that the HITL API has to bear (hitl-api 12.3), and what stored decisions cost, against a running server.
struct HITLLoads: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hitl")

    @Option(help: "Where the server is.") var server = "http://127.0.0.1:8001"
    @Option(help: "How many decisions to store for the second measurement.") var stored = 100_000
    @Option(help: "How long to measure each throughput, in seconds.") var seconds = 5.0

    func run() async throws {
        let password = ProcessInfo.processInfo.environment["VERDICT_ADMIN_PASSWORD"] ?? "ChangeMe123!"
        let client = HITLClient(server: server)
        do {
            let admin = try await client.token(of: "admin", password)
            try await loads(client, admin, password)
            try await throughputs(client, admin)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    // MARK: 12.3

    private func loads(_ client: HITLClient, _ admin: String, _ password: String) async throws {
        let bystander = Task { try await client.latencies(of: "/health") }
        let logins = await client.load(workers: 50, requests: 100) { _ in
            _ = try await client.token(of: "admin", password)
        }
        bystander.cancel()
        row("100 logins, 50 at once", logins, secondsMax: 5)
        let meanwhile = try await bystander.value
        print(Self.padded("GET /health meanwhile"), Figures(meanwhile).text)
        let submissions = await client.load(workers: 50, requests: 50) {
            try await client.submit("load-\($0)", admin)
        }
        row("50 submissions, 50 at once", submissions, secondsMax: 10)
        let pending = await client.load(workers: 20, requests: 100) { _ in
            try await client.get("/api/decisions/pending", admin)
        }
        row("100 times pending, 20 at once", pending, secondsMax: 5)
        let mix = await client.load(workers: 20, requests: 60) { index in
            switch index % 3 {
            case 0: try await client.submit("mix-\(index)", admin)
            case 1: try await client.get("/api/decisions/pending", admin)
            default: try await client.get("/api/decisions/stats/summary", admin)
            }
        }
        row("60 of all three, 20 at once", mix, secondsMax: nil)
    }

    private func row(_ name: String, _ outcome: HITLClient.Outcome, secondsMax: Double?) {
        let isMet = outcome.failures == 0 && outcome.seconds < secondsMax ?? .infinity
        let limit = secondsMax.map { String(format: " (wanted: under %.0f s)", $0) } ?? ""
        print(
            Self.padded(name),
            String(format: "%.2f s%@, %d failed: %@", outcome.seconds, limit, outcome.failures, isMet ? "met" : "MISSED"))
    }

    private static func padded(_ name: String) -> String {
        name.padding(toLength: 40, withPad: " ", startingAt: 0)
    }

    // MARK: Few and many stored

    private func throughputs(_ client: HITLClient, _ admin: String) async throws {
        let few = try await throughput(client, admin, "few stored", prefix: "few")
        let filling = await client.load(workers: 50, requests: stored) { try await client.submit("fill-\($0)", admin) }
        print(Self.padded("storing \(stored)"), String(format: "%.0f a second", Double(stored) / filling.seconds))
        let many = try await throughput(client, admin, "\(stored) stored", prefix: "many")
        for (name, few, many) in zip3(["submit", "pending", "stats"], few, many) {
            print(Self.padded("\(name): few to many"), String(format: "%.2f times as slow", few / many))
        }
    }

    private func throughput(
        _ client: HITLClient, _ admin: String, _ name: String, prefix: String
    ) async throws -> [Double] {
        var rates: [Double] = []
        for path in ["/api/decisions/pending", "/api/decisions/stats/summary"] {
            rates.append(
                try await client.rate(workers: 50, seconds: seconds) { _ in try await client.get(path, admin) })
        }
        rates.insert(
            try await client.rate(workers: 50, seconds: seconds) { try await client.submit("\(prefix)-\($0)", admin) },
            at: 0)
        print(
            Self.padded("50 connections, \(name)"),
            String(format: "submit %.0f/s, pending %.0f/s, stats %.0f/s", rates[0], rates[1], rates[2]))
        return rates
    }

    private func zip3(_ names: [String], _ few: [Double], _ many: [Double]) -> [(String, Double, Double)] {
        zip(names, zip(few, many)).map { ($0, $1.0, $1.1) }
    }
}

/// What times come to.
struct Figures {
    private let sorted: [Duration]

    init(_ latencies: [Duration]) {
        sorted = latencies.sorted()
    }

    var text: String {
        guard let last = sorted.last else { return "no request was answered" }
        func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }
        return String(
            format: "%d requests, p50 %.1f ms, p99 %.1f ms, longest %.1f ms", sorted.count,
            milliseconds(sorted[sorted.count / 2]), milliseconds(sorted[min(sorted.count * 99 / 100, sorted.count - 1)]),
            milliseconds(last))
    }
}

/// Calls the HITL API as many clients at once.
struct HITLClient: Sendable {
    struct Unexpected: Error {
        let status: UInt
        let body: String
    }

    struct Outcome: Sendable {
        let seconds: Double
        let failures: Int
    }

    private let http: HTTPClient
    private let server: String

    init(server: String) {
        self.server = server
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws { try await http.shutdown() }

    // MARK: Calls

    func token(of name: String, _ password: String) async throws -> String {
        var request = HTTPClientRequest(url: server + "/api/auth/login")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        let encoded = password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? password
        request.body = .bytes(ByteBuffer(string: "username=\(name)&password=\(encoded)"))
        let answer = try await text(of: request)
        let tokens = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
        guard let token = tokens?["access_token"] as? String else { throw Unexpected(status: 200, body: answer) }
        return token
    }

    func get(_ path: String, _ token: String? = nil) async throws {
        var request = HTTPClientRequest(url: server + path)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        _ = try await text(of: request)
    }

    func submit(_ id: String, _ token: String) async throws {
        var request = HTTPClientRequest(url: server + "/api/decisions/submit")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        let body = """
            {"analysis_id":"\(id)-\(Self.run)","incident_id":null,"threat_level":"TARGETED","source_ip":"203.0.113.9",\
            "attributed_actor":null,"confidence":87.5,"iocs":["ip:203.0.113.9"],"ttps":["T1110"],\
            "recommended_actions":["Block the address"],"forensic_summary":"TARGETED | 3 indicators",\
            "priority":"high","created_at":"2026-10-14T10:00:00Z"}
            """
        request.body = .bytes(ByteBuffer(string: body))
        _ = try await text(of: request)
    }

    /// Ids of one run are not those of another.
    private static let run = UUID().uuidString.prefix(8)

    private func text(of request: HTTPClientRequest) async throws -> String {
        let response = try await http.execute(request, timeout: .seconds(60))
        let body = String(buffer: try await response.body.collect(upTo: 1 << 24))
        guard response.status == .ok else { throw Unexpected(status: response.status.code, body: body) }
        return body
    }

    // MARK: Loads

    /// Runs the requests on so many workers.
    func load(
        workers: Int, requests: Int, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async -> Outcome {
        let start = ContinuousClock.now
        let failures = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var failures = 0
                    for index in stride(from: worker, to: requests, by: workers) {
                        do { try await body(index) } catch { failures += 1 }
                    }
                    return failures
                }
            }
            return await group.reduce(0, +)
        }
        return Outcome(seconds: (ContinuousClock.now - start) / .seconds(1), failures: failures)
    }

    /// Requests a second of so many workers in a closed loop.
    func rate(
        workers: Int, seconds: Double, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Double {
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - start < .seconds(seconds) {
                        try await body(worker + workers * count)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    /// How long each request takes until the task is cancelled.
    func latencies(of path: String) async throws -> [Duration] {
        var latencies: [Duration] = []
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do { try await get(path) } catch is CancellationError { break }
            latencies.append(ContinuousClock.now - start)
        }
        return latencies
    }
}
