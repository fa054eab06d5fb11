import EventLog
import ServiceLifecycle

/// Heartbeats, and comments in between, so that no stream is silent for 5 seconds.
struct StreamTicker: Service {
    let hub: StreamHub
    let configuration: FrontConfiguration
    let time: any TimeSource

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await every(configuration.heartbeatInterval) { hub.heartbeat(at: time.now()) }
                }
                group.addTask {
                    await every(configuration.keepAliveInterval) { hub.keepWatchesAlive() }
                }
                group.addTask { await keepStreamsAlive() }
                group.addTask {
                    await every(configuration.validityInterval) { hub.endInvalid() }
                }
            }
        }
    }

    /// A stream on which events come needs nothing else.
    private func keepStreamsAlive() async {
        let clock = ContinuousClock()
        let interval = Duration.microseconds(configuration.keepAliveInterval.microseconds)
        while true {
            let spokenAt = hub.keepStreamsAlive(silentSince: clock.now - interval)
            do {
                try await clock.sleep(until: spokenAt + interval)
            } catch {
                return
            }
        }
    }

    private func every(_ interval: Interval, _ body: () -> Void) async {
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled {
            next += .microseconds(interval.microseconds)
            do {
                try await clock.sleep(until: next)
            } catch {
                return
            }
            body()
        }
    }
}
