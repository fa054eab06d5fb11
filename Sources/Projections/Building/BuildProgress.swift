import EventLog

/// How far a build of read models has come.
package struct BuildProgress: Sendable {
    /// The last event that was taken.
    package let position: Position
    /// The last event of the log, as far as it was known when the build began.
    package let target: Position
    package let elapsed: Duration

    package init(position: Position, target: Position, elapsed: Duration) {
        self.position = position
        self.target = target
        self.elapsed = elapsed
    }

    /// 0 to 1.
    package var fraction: Double { target > 0 ? min(1, Double(position) / Double(target)) : 1 }

    package var eventsPerSecond: Double {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 ? Double(position) / seconds : 0
    }
}
