/// What a server's answer to a submission means for the one who submits.
enum SubmissionReply: Sendable, Hashable {
    case enqueued
    /// The server has it from an earlier time.
    case alreadyThere
    /// The server has no room at the moment.
    case busy(retryAfterSeconds: Int, reason: String)
    case refused(reason: String)

    /// Nobody waits longer than this, whatever the server asks for.
    private static let retryAfterSecondsMax = 60

    init(_ reply: ServerReply, from door: SubmissionDoor) {
        if reply.isSuccess {
            self = .enqueued
        } else if door.isKnown(reply) {
            self = .alreadyThere
        } else if reply.status == 503 || reply.status == 429 {
            // A date, which no server of ours sends, counts as a second.
            let seconds = reply.retryAfter.flatMap { Int($0) } ?? 1
            self = .busy(retryAfterSeconds: min(max(seconds, 0), Self.retryAfterSecondsMax), reason: reply.reason)
        } else {
            self = .refused(reason: reply.reason)
        }
    }
}
