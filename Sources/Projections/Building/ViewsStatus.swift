import EventLog

/// How a model does: what it has seen, and what is known of its last rebuild.
package struct ViewsStatus: Sendable {
    package enum Phase: String, Sendable, CaseIterable {
        case live
        /// The live views serve; new ones are being made beside them.
        case rebuilding
        /// The live views serve; the last attempt to make new ones failed.
        case failed
    }

    package let name: String
    /// The last event that the live views have seen.
    package let position: Position
    package let phase: Phase
    /// Of the rebuild, 0 to 1; 1 while none runs.
    package let progress: Double
    /// Of the rebuild that runs, or of the last one; 0 before the first.
    package let eventsPerSecond: Double
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    /// Why the last rebuild failed.
    package let failure: String?
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
}
