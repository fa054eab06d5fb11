/// How much a loader holds in memory: the same for a log of any length.
struct FoldLimits {
    /// Decisions whose rows wait for what may come.
    var window = 4096
    /// Open decisions that are held beyond that.
    var lingering = 32_768
    /// Sessions, and operators.
    var people = 16_384
    /// Minutes in which something was asked.
    var minutes = 100_000
    /// After so many odd events the rest of the log is left to the projections: it is not one that our rules wrote.
    var odd = 64
}
