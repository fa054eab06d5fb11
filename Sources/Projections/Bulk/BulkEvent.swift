import EventLog
import Governance

/// What an event says to the loader, without an allocation: texts are places in the bytes of its record.
enum BulkEvent {
    /// Concerns none of the tables that the loader folds in memory.
    case none
    /// Is left to the projections, as one of a domain that the loader does not know: the place in the chunk's list.
    case other(Int)
    /// Cannot be read, or changes what a fold knows: the projections take it on finished tables.
    case odd
    case submitted(Submitted)
    case answered(Answered)
    case escalated(Escalated)
    case warned(Subject)
    case timedOut(Subject)
    case cancelled(Subject, actor: Slice)
    case executed(Subject, result: Slice)
    case executionFailed(Subject, error: Slice)
    case opened(Opened)
    case closed(Closed)

    /// What an event is about.
    struct Subject {
        let id: Slice
        /// Of the bytes of the id.
        let hash: UInt64
    }

    struct Submitted {
        let subject: Subject
        /// Whether nobody can have submitted under this id before: the event is the first one of the id's own stream.
        let isFirst: Bool
        let risk: RiskLevel
        let needsReview: Bool
        let automationName: Slice
        let submittedBy: Slice
        let createdAt: Int64
        let requestedAt: Int64
        let deadline: Int64?
        let warnAt: Int64?
        let actionType: Slice
        let actionParams: Slice
        let reasoning: Slice
        let confidence: Slice
        let threatScore: Slice
        let threatType: Slice
        /// Nil for the word that stands in for it.
        let target: Slice?
        /// Nil for the word that stands in for it.
        let recommendedAction: Slice?
        let metadata: Slice
    }

    /// The words of a person.
    struct Verdict {
        let operatorID: Slice
        let operatorHash: UInt64
        let sessionID: Slice?
        let sessionHash: UInt64
        let decisionCreatedAt: Int64
        let notes: Slice
        /// A JSON array.
        let namedActions: Slice?
    }

    struct Answered {
        let subject: Subject
        let isApproval: Bool
        let verdict: Verdict
    }

    struct Escalated {
        let subject: Subject
        let type: EscalationType
        let typeName: Slice
        let fromRole: Slice
        let toRole: Slice
        let requestedTarget: Slice?
        let reason: Slice
        let ruleID: Slice?
        /// A JSON array.
        let notify: Slice
        /// As the views show it.
        let eventID: Slice
        let verdict: Verdict?
    }

    struct Opened {
        let session: Subject
        let isFirst: Bool
        let operatorID: Slice
        let operatorHash: UInt64
        let operatorName: Slice
        let operatorRole: Slice
        let createdAt: Int64
        let expiresAt: Int64
        let ipAddress: Slice?
        let userAgent: Slice?
        let metadata: Slice
    }

    struct Closed {
        let session: Subject
        let operatorID: Slice
        let operatorHash: UInt64
        let reason: Slice
    }
}

/// An event as the loader takes it.
struct BulkRecord {
    let position: Position
    let version: Int
    let recordedAt: Int64
    let id: EventID
    /// The bytes of the chunk that its slices speak of.
    let bytes: Range<Int>
    let key: Key?
    let event: BulkEvent

    /// The caller's idempotency key, which several events may share.
    struct Key {
        let key: Slice
        let requestHash: Slice
    }
}
