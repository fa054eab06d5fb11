import EventLog
import Ledger
import Projections
import Testing
import VerdictTesting

@testable import HTTPAPI

@Suite struct StreamHubTests {
    private let hub = StreamHub(bufferMax: 10, bufferSizeBytesMax: 1 << 20, metrics: PrometheusMetrics())

    private func kinds(_ subscription: StreamHub.Subscription) async -> [String] {
        subscription.finish()
        var kinds: [String] = []
        for await item in subscription.items {
            switch item {
            case .events: kinds.append("events")
            case .heartbeat: kinds.append("heartbeat")
            case .keepAlive: kinds.append("keep-alive")
            }
        }
        return kinds
    }

    @Test("streams on which nothing came are kept alive; those on which something came are not, and watches always are")
    func keepAlive() async throws {
        let fixture = try LedgerFixture()
        let stream = hub.subscribe(.operatorStream) {}
        let watch = hub.subscribe(.watch(decisionID: "another")) {}
        let begin = ContinuousClock.now
        // Silent since the beginning.
        let first = hub.keepStreamsAlive(silentSince: begin)
        #expect(first >= begin)
        try await fixture.openSession()
        try await fixture.submit("d1")
        let events = try fixture.ledger.log.read(from: 1, limit: 10).map { CommittedEvent($0) }
        // Nobody hears of a session.
        hub.publish(Array(events.prefix(1)))
        #expect(hub.keepStreamsAlive(silentSince: first) > first)
        let second = ContinuousClock.now
        hub.publish(Array(events.dropFirst()))
        #expect(hub.keepStreamsAlive(silentSince: second) > second)
        hub.keepWatchesAlive()
        hub.heartbeat(at: fixture.time.now())
        #expect(await kinds(stream) == ["keep-alive", "events", "keep-alive", "events", "heartbeat"])
        #expect(await kinds(watch) == ["keep-alive", "heartbeat"])
    }
}
