import AsyncHTTPClient
import Logging
import NIOCore
import ServiceLifecycle

/// The gateways that carry this server's streams.
struct GatewayFeeds: Service {
    private let feeds: [String: GatewayFeed]
    private let hub: StreamHub
    private let http: HTTPClient

    /// Nil where there are none.
    init?(door: GovernanceDoor, configuration: FrontConfiguration, hub: StreamHub, logger: Logger) {
        guard !configuration.gateways.isEmpty else { return nil }
        self.hub = hub
        var settings = HTTPClient.Configuration()
        settings.httpVersion = .http1Only
        settings.redirectConfiguration = .disallow
        settings.connectionPool.retryConnectionEstablishment = false
        // Shorter than a gateway keeps a silent connection: one that it closes at the moment of a delivery would put
        // the delivery in doubt.
        settings.connectionPool.idleTimeout = .seconds(30)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        self.http = http
        let pairs = Set(configuration.gateways).map { address in
            (address, GatewayFeed(client: GatewayClient(address: address, http: http), door: door, logger: logger))
        }
        feeds = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// - Parameter address: nil for the only gateway there is.
    subscript(address: String?) -> GatewayFeed? {
        if let address { return feeds[address] }
        return feeds.count == 1 ? feeds.first?.value : nil
    }

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for feed in feeds.values { group.addTask { await feed.run(hub) } }
        }
        try await http.shutdown()
    }
}
