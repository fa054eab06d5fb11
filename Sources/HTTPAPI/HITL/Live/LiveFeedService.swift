import EventLog
import Governance
import Ledger
import Logging
import NIOCore
import NIOPosix
import Projections
import ServiceLifecycle

/// Carries committed events from the ledger to the live feed, a little later than the answers to their commands
/// (governance-api 6.1), and keeps the feed's time.
struct LiveFeedService: Service {
    /// Commits that may wait for their alerts. While more do, those of later ones are lost: a feed tells what is going
    /// on, the log tells everything.
    private static let backlogMax = 1024
    /// So much is written to every reader at once. Behind it comes a moment to read: a burst of alerts would look as if
    /// nobody read.
    private static let burstSizeBytesMax = 256 << 10
    private static let burstInterval = Duration.milliseconds(5)
    /// A revocation is to be noticed within a second.
    private static let identityCheckInterval = Interval.seconds(0.5)

    let ledger: Ledger
    let feed: LiveFeed
    let delay: Interval
    let heartbeatInterval: Interval
    let logger: Logger

    func run() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let (commits, continuation) = AsyncStream<[CommittedEvent]>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.backlogMax))
        let (feed, delay) = (feed, TimeAmount.microseconds(delay.microseconds))
        // One loop and one delay for all, so the order stays.
        let token = ledger.listen { events in
            guard feed.hasConnections else { return }
            loop.scheduleTask(in: delay) {
                if case .dropped = continuation.yield(events) { feed.lostCommit() }
            }
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await publish(commits) }
                group.addTask { await beat() }
                group.addTask { await checkIdentities() }
            }
        }
        withExtendedLifetime(token) {}
    }

    private func publish(_ commits: AsyncStream<[CommittedEvent]>) async {
        let rules = AlertRules { decisionID in
            for recorded in try ledger.log.read(stream: GovernanceEvent.decisionStream(decisionID)).prefix(1) {
                if case .decision(.submitted(let submitted)) = try GovernanceEvent(recorded) {
                    return AnalysisRequest(submitted)
                }
            }
            return nil
        }
        for await events in commits {
            var burst: [RenderedAlert] = []
            var size = 0
            for alert in events.lazy.flatMap({ alerts(for: $0, rules) }) {
                burst.append(alert)
                size += alert.frame.bytes.readableBytes
                guard size > Self.burstSizeBytesMax else { continue }
                feed.publish(burst)
                (burst, size) = ([], 0)
                try? await Task.sleep(for: Self.burstInterval)
            }
            feed.publish(burst)
        }
    }

    /// The alerts of an event, rendered once for all who watch.
    private func alerts(for event: CommittedEvent, _ rules: AlertRules) -> [RenderedAlert] {
        let recorded = event.recorded
        do {
            return try rules.alerts(for: event).enumerated().map { index, alert in
                let id = "alert_\(recorded.recordedAt.epochSecondsText)_\(recorded.position)_\(index)"
                return RenderedAlert(type: alert.type, frame: alert.frame(id: id, at: recorded.recordedAt))
            }
        } catch {
            logger.error(
                "an event gives no alert", metadata: ["position": "\(recorded.position)", "error": "\(error)"])
            return []
        }
    }

    private func beat() async {
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled {
            next += .microseconds(heartbeatInterval.microseconds)
            do {
                try await clock.sleep(until: next)
            } catch {
                return
            }
            feed.heartbeat()
        }
    }

    private func checkIdentities() async {
        while !Task.isCancelled {
            do {
                try await feed.time.wait(until: feed.time.now() + Self.identityCheckInterval)
            } catch {
                return
            }
            feed.checkIdentities()
        }
    }
}
