import Foundation
import Synchronization
import Transparency

/// What the thread that keeps the tree has published, and who waits for it.
struct EvidenceState {
    /// The last checkpoint, also of a log that is not read yet, or that must not be continued.
    var note: SignedNote?
    /// Nil until the log has been read, and for a log that does not continue what was published.
    var publication: Publication?
    /// Why nothing is signed any more; nil while all is well.
    var brokenHistory: String?
    /// Why the last attempt to publish failed; nil while all is well.
    var trouble: String?
    var witnesses: [WitnessState] = []
    var waiters: [Waiter] = []
    var followers: [UUID: AsyncStream<Publication>.Continuation] = [:]
    var isClosed = false

    struct Waiter {
        let size: Int
        let continuation: CheckedContinuation<Result<Publication, EvidenceError>, Never>
    }
}

/// What is known of a witness.
package struct WitnessState: Sendable {
    package let witness: Witness
    /// The size of the last checkpoint that it has signed; 0 for none.
    package var size = 0
    /// Why it refuses to sign; nil while it does not.
    package var refusal: String?
    /// Why it could not be asked at the last attempt; nil while it can.
    package var failure: String?
}
