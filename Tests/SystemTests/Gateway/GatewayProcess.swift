import EventLog
import Foundation

/// `verdict gateway` on a free port.
final class GatewayProcess: Sendable {
    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    /// Port 0 is no port to a gateway, so it gets one that was free a moment ago, and another one if it is not any more.
    private static let attemptsMax = 20

    let process: VerdictProcess
    let port: Int

    /// - Parameter chosenPort: for a gateway that others have to know beforehand.
    init(
        callbackURL: String?, _ arguments: [String] = [], environment: [String: String] = [:],
        port chosenPort: Int? = nil
    ) async throws {
        let callback = callbackURL.map { ["--callback-url", $0] } ?? []
        for _ in 0..<Self.attemptsMax {
            let port = try chosenPort ?? Self.freePort()
            let process = try VerdictProcess(
                ["gateway", "--port", "\(port)"] + callback + arguments, environment: environment)
            if await process.output.wait(for: "gateway listens on http://127.0.0.1:\(port)\n") {
                self.process = process
                self.port = port
                return
            }
            let errors = await process.errors.all
            guard errors.contains("is taken by another program") else { throw NotStarted(description: errors) }
        }
        throw NotStarted(description: "no free port")
    }

    static func freePort() throws -> Int {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { Foundation.close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, size) + getsockname(probe, $0, &size)
            }
        }
        guard result == 0 else { throw NotStarted(description: "no socket: \(errno)") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    var client: ServerClient { ServerClient(address: "http://127.0.0.1:\(port)") }

    /// Sends a command.
    func send(_ body: JSON) async throws -> ServerClient.Answer {
        try await client.post("/internal/send", body)
    }

    func send(_ token: String, _ name: String? = nil, _ data: String, close: Bool? = nil) async throws
        -> ServerClient.Answer
    {
        var event = JSONObject([.init(key: "data", value: .string(data))])
        event["name"] = name.map { .string($0) }
        var body = JSONObject([.init(key: "token", value: .string(token)), .init(key: "event", value: .object(event))])
        body["close"] = close.map { .bool($0) }
        return try await send(.object(body))
    }

    func close(_ token: String) async throws -> ServerClient.Answer {
        try await send(["token": .string(token), "close": true])
    }

    /// Whether the gateway knows the token.
    func knows(_ token: String) async throws -> Bool {
        try await send(["token": .string(token)]).status == 200
    }
}

extension ServerClient.Answer {
    var isBuffered: Bool { status == 200 && text == #"{"status":"buffered"}"# }
    var isDone: Bool { status == 200 && text == #"{"status":"ok"}"# }
    var isUnknownToken: Bool {
        status == 404 && text == #"{"error":{"message":"Token not found","code":"TOKEN_NOT_FOUND"}}"#
    }
}
