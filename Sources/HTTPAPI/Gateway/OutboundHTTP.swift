import AsyncHTTPClient
import NIOCore
import Synchronization

/// The HTTP client for all gateways. It is made when it is first needed, because one that was made has to be shut down.
final class OutboundHTTP: Sendable {
    /// The server stops.
    struct Closed: Error {}

    private enum State {
        case unused
        case open(HTTPClient)
        case closed
    }

    private let state = Mutex(State.unused)

    /// - Throws: `Closed`.
    var client: HTTPClient {
        get throws {
            try state.withLock { state in
                switch state {
                case .open(let client): return client
                case .closed: throw Closed()
                case .unused:
                    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
                    state = .open(client)
                    return client
                }
            }
        }
    }

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than a gateway keeps a silent connection: one that it closes at the moment of a delivery would put
        // the delivery in doubt.
        configuration.connectionPool.idleTimeout = .seconds(30)
        return configuration
    }

    func shutdown() async throws {
        let client = state.withLock { state -> HTTPClient? in
            defer { state = .closed }
            if case .open(let client) = state { return client }
            return nil
        }
        try await client?.shutdown()
    }
}
