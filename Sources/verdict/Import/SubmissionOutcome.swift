/// How it ended with one alert.
enum SubmissionOutcome: Sendable, Hashable {
    case enqueued
    case alreadyThere
    case failed(reason: String)
}
