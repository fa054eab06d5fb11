import CoreMetrics

/// What the evidence measures of itself.
struct EvidenceMetrics: Sendable {
    let checkpoints: Counter
    let size: Gauge
    let alarm: Gauge
    private let factory: any MetricsFactory

    init(factory: any MetricsFactory) {
        self.factory = factory
        checkpoints = Counter(label: "verdict_evidence_checkpoints_total", factory: factory)
        size = Gauge(label: "verdict_evidence_size_events", factory: factory)
        alarm = Gauge(label: "verdict_evidence_alarm", factory: factory)
        alarm.record(0)
    }

    /// Events under the last checkpoint that the witness has signed.
    func cosignedSize(by witness: String) -> Gauge {
        Gauge(label: "verdict_witness_size_events", dimensions: [("witness", witness)], factory: factory)
    }

    /// 1 while the witness refuses.
    func refusal(by witness: String) -> Gauge {
        Gauge(label: "verdict_witness_alarm", dimensions: [("witness", witness)], factory: factory)
    }

    func failures(of witness: String) -> Counter {
        Counter(label: "verdict_witness_failures_total", dimensions: [("witness", witness)], factory: factory)
    }
}
