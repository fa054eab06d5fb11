/// How it ended with one question.
enum SubmissionOutcome: Sendable, Hashable {
    case enqueued
    case alreadyThere
    /// Nobody has to be asked.
    case notNeeded
    case failed(reason: String)
}
