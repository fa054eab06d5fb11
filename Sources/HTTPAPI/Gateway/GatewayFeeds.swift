import CoreMetrics
import Logging
import ServiceLifecycle

/// The gateways that carry this server's streams.
struct GatewayFeeds: Service {
    private let feeds: [String: GatewayFeed]
    private let journal: StreamJournal
    private let http = OutboundHTTP()

    /// Nil where there are none.
    init?(door: GovernanceDoor, configuration: FrontConfiguration, metrics: any MetricsFactory, logger: Logger) {
        guard !configuration.gateways.isEmpty else { return nil }
        let journal = StreamJournal(ledger: door.ledger, metrics: metrics)
        self.journal = journal
        let http = http
        let pairs = Set(configuration.gateways).map { address in
            let client = GatewayClient(address: address, secret: configuration.gatewaySecret, http: http)
            return (address, GatewayFeed(client: client, door: door, journal: journal, logger: logger))
        }
        feeds = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// - Parameter address: nil for the only gateway there is.
    subscript(address: String?) -> GatewayFeed? {
        if let address { return feeds[address] }
        return feeds.count == 1 ? feeds.first?.value : nil
    }

    func run() async throws {
        let writing = Task { await journal.run() }
        await withDiscardingTaskGroup { group in
            for feed in feeds.values { group.addTask { await feed.run() } }
        }
        // What was open until now ended with the server; nobody writes that down once more.
        writing.cancel()
        await writing.value
        try await http.shutdown()
    }
}
