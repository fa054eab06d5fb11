import EventLog
import Governance

/// The row of a decision while more events about it may come.
final class HeldDecision {
    /// What a submission fixes for ever; nil where the row is in the table already.
    let submission: BulkEvent.Submitted?
    let position: Position
    let hash: UInt64
    let id: Slice
    let queueRank: Int
    let needsReview: Bool
    let requestedAt: Int64
    let deadline: Int64?
    /// The texts of all events of the decision.
    var bytes: [UInt8]

    var version: Int
    var updatedAt: Int64
    var status = DecisionStatus.pending
    var isQueued: Bool
    var isWarned = false
    var dueAt: Int64?
    var rejections = 0
    var escalatedTo: Slice?
    var escalatedAt: Int64?
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

    /// A decision that was just submitted.
    init(_ submission: BulkEvent.Submitted, _ record: BulkRecord, _ bytes: [UInt8]) {
        self.submission = submission
        self.bytes = bytes
        position = record.position
        hash = submission.subject.hash
        id = submission.subject.id
        queueRank = submission.risk.queueRank
        needsReview = submission.needsReview
        requestedAt = submission.requestedAt
        deadline = submission.deadline
        version = record.version
        updatedAt = record.recordedAt
        isQueued = submission.needsReview
        dueAt = submission.warnAt
    }

    /// A decision whose row is in the table.
    init(
        position: Position, hash: UInt64, id: Slice, queueRank: Int, requestedAt: Int64, deadline: Int64?,
        isQueued: Bool,
        bytes: [UInt8]
    ) {
        submission = nil
        self.bytes = bytes
        self.position = position
        self.hash = hash
        self.id = id
        self.queueRank = queueRank
        needsReview = true
        self.requestedAt = requestedAt
        self.deadline = deadline
        self.isQueued = isQueued
        version = 0
        updatedAt = 0
    }

    /// Whether nothing is expected any more; something may come all the same.
    var isClosed: Bool { !status.isOpen }

    /// Takes the texts of another event and returns by how much its slices move.
    func adopt(_ text: ArraySlice<UInt8>) -> Int {
        defer { bytes.append(contentsOf: text) }
        return bytes.count
    }
}
