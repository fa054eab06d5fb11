import EventLog

/// How a model does: what it has seen, and what is known of its last rebuild.
package struct ViewsStatus: Sendable {
    package enum Phase: String, Sendable, CaseIterable {
        case live
        /// There are no views that could serve yet: they are being opened, or built for the first time.
        case starting
        /// The live views serve; new ones are being made beside them.
        case rebuilding
        /// The live views serve; the last attempt to make new ones failed.
        case failed
    }

    package let name: String
    /// The last event that the live views have seen.
    package let position: Position
    package let phase: Phase
    /// How often they were made anew and swapped in.
    package let generation: Int
    /// Of the rebuild, or of the first build, 0 to 1; 1 while none runs.
    package let progress: Double
    /// Of the rebuild that runs, or of the last one; 0 before the first.
    package let eventsPerSecond: Double
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    /// Why the last rebuild failed.
    package let failure: String?

    /// Whether one is being made now.
    package var isBuilding: Bool { phase == .rebuilding || phase == .starting }

    /// Of the last rebuild, in seconds; nil before its end.
    package var durationSeconds: Double? {
        guard let startedAt, let finishedAt else { return nil }
        return Double((finishedAt - startedAt).microseconds) / 1_000_000
    }

    package init(
        name: String, position: Position, phase: Phase, generation: Int = 0, progress: Double,
        eventsPerSecond: Double = 0, startedAt: Timestamp? = nil, finishedAt: Timestamp? = nil, failure: String? = nil
    ) {
        self.name = name
        self.position = position
        self.phase = phase
        self.generation = generation
        self.progress = progress
        self.eventsPerSecond = eventsPerSecond
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.failure = failure
    }
}

/// What is known of the rebuilds of a model since the start of the process.
struct RebuildState {
    var phase = ViewsStatus.Phase.live
    var progress: BuildProgress?
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var failure: String?
    /// Whether the views are being closed: a rebuild ends, and none begins any more.
    var isClosing = false
}

/// Why no rebuild begins.
package enum RebuildRefusal: Error, Sendable {
    case alreadyRunning
    case closing
    /// There is nothing to be replaced yet.
    case starting
}
