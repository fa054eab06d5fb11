import EventLog
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import VerdictTesting

/// A gateway that carries nothing: it writes down what it is told, and does as if it had done it.
final class FakeGateway: Sendable {
    struct Command: Sendable {
        /// Such as `send`.
        let name: String
        let authorization: String?
        let body: JSON

        /// The streams that it is about.
        var tokens: [String] {
            (body["tokens"]?.arrayValue ?? [body["token"]].compactMap(\.self)).compactMap(\.stringValue)
        }
    }

    /// An address where nobody is.
    static let nobody = "http://127.0.0.1:1"

    let address: String
    private let recorded: Recorded

    private final class Recorded: Sendable {
        let commands = Mutex<[Command]>([])
    }

    private init(port: Int, _ recorded: Recorded) {
        address = "http://127.0.0.1:\(port)"
        self.recorded = recorded
    }

    /// Listens for as long as the closure takes.
    static func run(_ body: @Sendable @escaping (FakeGateway) async throws -> Void) async throws {
        let recorded = Recorded()
        let router = Router()
        router.post("/internal/:name") { request, context in
            let bytes = try await request.body.collect(upTo: 1 << 22)
            let command = Command(
                name: try context.parameters.require("name"), authorization: request.headers[.authorization],
                body: (try? JSONParser.parse(bytes.readableBytesView)) ?? .null)
            recorded.commands.withLock { $0.append(command) }
            return #"{"status":"ok","gone":[],"full":[],"closed":0}"#
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: .silent)
        let services = ServiceGroup(configuration: .init(services: [application], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await services.run()
            }
            do {
                for await port in ports {
                    try await body(FakeGateway(port: port, recorded))
                    break
                }
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    var commands: [Command] { recorded.commands.withLock { $0 } }

    /// The first command of that kind about that stream, once it has come.
    func command(_ name: String, about token: String) async throws -> Command {
        while true {
            if let command = commands.first(where: { $0.name == name && $0.tokens.contains(token) }) { return command }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// The frames that the stream has got so far.
    func frames(of token: String) -> String {
        commands.filter { $0.name == "broadcast" && $0.tokens.contains(token) }
            .compactMap { $0.body["frames"]?.stringValue }.joined()
    }

    /// Waits until the stream has got that text.
    func wait(for text: String, on token: String) async throws {
        while !frames(of: token).contains(text) {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
