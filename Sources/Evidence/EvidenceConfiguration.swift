import CoreMetrics
import EventLog
import Logging

/// What the evidence of a log is made with.
package struct EvidenceConfiguration: Sendable {
    package var witnesses: [Witness] = []
    /// How long an event may wait for a checkpoint, at most twice this. The specification of the log promises a second.
    package var checkpointInterval = Interval(microseconds: 400_000)
    /// How long a witness that does not answer is left alone at first; each time in vain doubles it.
    package var witnessRetry = Interval.seconds(1)
    package var logger = Logger(label: "verdict.evidence")
    package var metrics: any MetricsFactory = NOOPMetricsHandler.instance

    package init() {}
}
