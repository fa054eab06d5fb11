import EventLog

/// What a server says when it is asked for the answer to a question (hitl-api 8.5).
enum AnswerReply: Sendable, Hashable {
    case answered(JSONObject)
    case notYet
    /// It cannot be said now; a later try may do better (hitl-api 11.2).
    case trouble(reason: String)

    init(_ reply: ServerReply) {
        if reply.status == 200, let answer = reply.json?.objectValue {
            self = .answered(answer)
        } else if reply.status == 404 {
            self = .notYet
        } else {
            self = .trouble(reason: reply.reason)
        }
    }
}
