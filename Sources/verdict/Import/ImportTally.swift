/// How an import went.
struct ImportTally: Sendable, Hashable {
    var enqueued = 0
    var alreadyThere = 0
    /// Nobody had to be asked.
    var notNeeded = 0
    var failed = 0
    /// Lines that held nothing of the wanted kind.
    var unfit = 0

    var items: Int { enqueued + alreadyThere + notNeeded + failed }
}
