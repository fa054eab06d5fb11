import EventLog
import Governance

/// The row of a decision while more events about it may come.
///
/// One that was written is used for another decision: memory for the texts is what a build would wait for otherwise.
final class HeldDecision {
    /// What a submission fixes for ever; nil where the row is in the table already.
    private(set) var submission: BulkEvent.Submitted?
    private(set) var position: Position = 0
    private(set) var hash: UInt64 = 0
    private(set) var id = Slice(0, 0)
    private(set) var queueRank = 0
    private(set) var requestedAt: Int64 = 0
    private(set) var deadline: Int64?
    /// The texts of all events of the decision.
    private var bytes = GrowingBytes()

    var version = 0
    var updatedAt: Int64 = 0
    var status = DecisionStatus.pending
    var isQueued = false
    var isWarned = false
    var dueAt: Int64?
    var rejections = 0
    var escalatedTo: Slice?
    var movedPosition: Position?
    var escalationReason: Slice?
    var resolvedAt: Int64?
    var resolvedBy: Slice?
    var resolvedPosition: Position?
    var answer: Answer?
    var notes: Slice?
    var namedActions: Slice?
    var executionResult: Slice?
    var executionError: Slice?

    /// Whether the row was written, and nobody looks for it here any more.
    var isWritten = false

    /// The last word of a person.
    enum Answer: Hashable {
        case approve, reject, escalate

        /// As it stands in the tables.
        var name: StaticString {
            switch self {
            case .approve: "approve"
            case .reject: "reject"
            case .escalate: "escalate"
            }
        }

        init?(name: String) {
            switch name {
            case "approve": self = .approve
            case "reject": self = .reject
            case "escalate": self = .escalate
            default: return nil
            }
        }
    }

    /// Holds a decision that was just submitted.
    func begin(_ submission: BulkEvent.Submitted, _ record: BulkRecord, _ text: TextBytes) {
        forget()
        self.submission = submission
        bytes.append(text.bytes)
        position = record.position
        hash = submission.subject.hash
        id = submission.subject.id
        queueRank = submission.risk.queueRank
        requestedAt = submission.requestedAt
        deadline = submission.deadline
        version = record.version
        updatedAt = record.recordedAt
        isQueued = submission.needsReview
        dueAt = submission.warnAt
    }

    /// Holds a decision whose row is in the table.
    func begin(
        stored position: Position, _ subject: BulkEvent.Subject, named id: UnsafeBufferPointer<UInt8>, queueRank: Int,
        requestedAt: Int64, deadline: Int64?
    ) {
        forget()
        self.position = position
        hash = subject.hash
        self.id = keep(id)
        self.queueRank = queueRank
        self.requestedAt = requestedAt
        self.deadline = deadline
    }

    private func forget() {
        submission = nil
        bytes.removeAll()
        status = .pending
        isWarned = false
        dueAt = nil
        rejections = 0
        (escalatedTo, movedPosition, escalationReason) = (nil, nil, nil)
        (resolvedAt, resolvedBy, resolvedPosition) = (nil, nil, nil)
        (answer, notes, namedActions) = (nil, nil, nil)
        (executionResult, executionError) = (nil, nil)
        isWritten = false
    }

    /// Whether nothing is expected any more; something may come all the same.
    var isClosed: Bool { !status.isOpen }

    /// Takes a copy of a text of another event.
    func keep(_ text: UnsafeBufferPointer<UInt8>) -> Slice {
        let slice = Slice(bytes.count, text.count)
        bytes.append(text)
        return slice
    }

    func isNamed(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        text[id].isSame(as: name)
    }

    /// Its texts, good until it takes another one.
    var text: TextBytes { TextBytes(bytes: bytes.all) }
}
