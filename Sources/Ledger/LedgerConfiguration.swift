import CoreMetrics
import EventLog
import Governance
import Logging
import Projections

/// What a ledger is made with.
package struct LedgerConfiguration: Sendable {
    package var policy = GovernancePolicy()
    package var time: any TimeSource = SystemTime()
    /// Commands that may wait for the writer at once.
    package var commandQueueMax = 10_000
    package var executors: [String: Executor] = [:]
    package var logger = Logger(label: "verdict.ledger")
    package var metrics: any MetricsFactory = NOOPMetricsHandler.instance

    /// Hears how far a build of the views is, where the start needs one.
    package var buildReport: @Sendable (BuildProgress) -> Void = { _ in }

    package init() {}
}
