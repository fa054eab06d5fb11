import CoreMetrics

/// What the writer measures of itself.
struct LedgerMetrics: Sendable {
    let commandsAccepted: Counter
    let commandsRefused: Counter
    let commandsFailed: Counter
    let events: Counter
    let batchSize: Recorder
    let commitTime: Timer
    let viewsTime: Timer
    let queueLength: Gauge
    let position: Gauge
    let openDecisions: Gauge

    init(factory: any MetricsFactory) {
        func commands(_ outcome: String) -> Counter {
            Counter(label: "verdict_commands_total", dimensions: [("outcome", outcome)], factory: factory)
        }
        commandsAccepted = commands("accepted")
        commandsRefused = commands("refused")
        commandsFailed = commands("failed")
        events = Counter(label: "verdict_events_total", factory: factory)
        batchSize = Recorder(label: "verdict_batch_size_events", factory: factory)
        commitTime = Timer(label: "verdict_commit_duration_seconds", factory: factory)
        viewsTime = Timer(label: "verdict_views_duration_seconds", factory: factory)
        queueLength = Gauge(label: "verdict_command_queue_length", factory: factory)
        position = Gauge(label: "verdict_log_position", factory: factory)
        openDecisions = Gauge(label: "verdict_open_decisions", factory: factory)
    }
}
