import Synchronization
import VerdictTesting

/// A gateway and its backend.
struct GatewayPair: Sendable {
    let backend: ScriptedBackend
    let gateway: GatewayProcess
    private let connections = Connections()

    /// - Parameter script: what the backend does; a call of the gateway from inside it goes to `Sender`.
    init(
        _ arguments: [String] = [], environment: [String: String] = [:],
        _ script: @escaping @Sendable (BackendCall, Sender) async throws -> BackendReply = { _, _ in .empty }
    ) async throws {
        let sender = Sender()
        backend = try await ScriptedBackend { try await script($0, sender) }
        // On a machine that is busy with other tests a callback may take its time.
        let patience = ["SSE_CALLBACK_TIMEOUT_MS": "30000"]
        gateway = try await GatewayProcess(
            callbackURL: backend.callbackURL, arguments, environment: environment.merging(patience) { own, _ in own })
        sender.use(gateway)
    }

    /// Asks for a stream, which ends when the test does or when it leaves.
    func start(_ path: String = "/events", headers: [String] = []) throws -> GatewayStream {
        let connection = try RawConnection(port: gateway.port)
        connections.keep(connection)
        try connection.get(path, headers: headers)
        return GatewayStream(connection)
    }

    /// Opens a stream and reads its head, and its first event where one is named.
    ///
    /// - Returns: the stream and its token.
    func open(_ path: String = "/events", until marker: String = "\r\n\r\n") async throws -> (GatewayStream, String) {
        let stream = try start(path)
        await stream.receive(until: marker)
        return (stream, try await backend.connect(path).token)
    }

    /// A connection that nobody holds is closed; these stay open.
    private final class Connections: Sendable {
        private let kept = Mutex<[RawConnection]>([])

        func keep(_ connection: RawConnection) { kept.withLock { $0.append(connection) } }
    }

    /// Calls the gateway from inside a callback. Its port is known only after the backend's.
    final class Sender: Sendable {
        private let process = Mutex<GatewayProcess?>(nil)

        struct NotStarted: Error {}

        fileprivate func use(_ gateway: GatewayProcess) { process.withLock { $0 = gateway } }

        var gateway: GatewayProcess {
            get throws {
                guard let gateway = process.withLock({ $0 }) else { throw NotStarted() }
                return gateway
            }
        }
    }
}
