import CoreMetrics
import Identity
import Ledger

/// Writes into the log who watches through gateways, and until when (sse-gateway 19): one entry after the other, so that
/// thousands of clients that return at once hold up no decision. It is best effort; nothing waits for it.
final class StreamJournal: Sendable {
    /// What may wait to be written; beyond that, entries are lost and counted.
    private static let entriesMax = 100_000

    private let ledger: Ledger
    private let entries: AsyncStream<AccessEvent>
    private let continuation: AsyncStream<AccessEvent>.Continuation
    private let lost: Counter

    init(ledger: Ledger, metrics: any MetricsFactory) {
        self.ledger = ledger
        (entries, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.entriesMax))
        lost = Counter(label: "verdict_gateway_entries_lost_total", factory: metrics)
    }

    func note(_ event: AccessEvent) {
        if case .dropped = continuation.yield(event) { lost.increment() }
    }

    /// Writes until the task is cancelled.
    func run() async {
        for await event in entries {
            do {
                _ = try await ledger.execute(.identity(.note(event)), origin: Origin())
            } catch {
                lost.increment()
            }
        }
    }
}
