import CoreMetrics
import Projections

/// What is measured of making a read model anew.
struct RebuildGauges: Sendable {
    private let isRunning: Gauge
    private let progress: Gauge
    private let eventsPerSecond: Gauge
    private let duration: Gauge

    init(projection: String, factory: any MetricsFactory) {
        func gauge(_ label: String) -> Gauge {
            Gauge(label: label, dimensions: [("projection", projection)], factory: factory)
        }
        isRunning = gauge("verdict_rebuild_running")
        progress = gauge("verdict_rebuild_progress")
        eventsPerSecond = gauge("verdict_rebuild_events_per_second")
        duration = gauge("verdict_rebuild_last_duration_seconds")
    }

    func record(_ status: ViewsStatus) {
        isRunning.record(status.isBuilding ? 1 : 0)
        progress.record(status.progress)
        eventsPerSecond.record(status.eventsPerSecond)
        if let seconds = status.durationSeconds { duration.record(seconds) }
    }
}
