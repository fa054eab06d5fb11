import EventLog
import Ledger
import NIOCore
import NIOPosix
import Projections
import ServiceLifecycle

/// Carries committed events from the ledger to the hub, a little later than the answers to their commands: a program
/// learns an id from its own response before anybody else hears of it (governance-api 6.1).
struct StreamFeed: Service {
    let ledger: Ledger
    let hub: StreamHub
    let delay: Interval

    func run() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let hub = hub
        let delay = TimeAmount.microseconds(delay.microseconds)
        // One loop and one delay for all, so the order stays.
        let token = ledger.listen { events in
            loop.scheduleTask(in: delay) { hub.publish(events) }
        }
        try? await gracefulShutdown()
        withExtendedLifetime(token) { hub.close() }
    }
}
