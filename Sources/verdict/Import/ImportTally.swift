/// How an import went.
struct ImportTally: Sendable, Hashable, CustomStringConvertible {
    var enqueued = 0
    var alreadyThere = 0
    var failed = 0
    var notAlerts = 0

    var alerts: Int { enqueued + alreadyThere + failed }

    var description: String {
        """
        \(alerts) alerts: \(enqueued) enqueued, \(alreadyThere) already there, \(failed) failed, \
        \(notAlerts) lines were no alerts
        """
    }
}
