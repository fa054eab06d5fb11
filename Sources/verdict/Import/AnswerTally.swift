import EventLog

/// What people have answered.
struct AnswerTally: Sendable, Hashable {
    var approved = 0
    var rejected = 0
    var escalated = 0
    /// Nobody answered in time.
    var unanswered = 0

    var answered: Int { approved + rejected + escalated }

    /// - Parameter answer: nil for none in time.
    mutating func count(_ answer: JSONObject?) {
        guard let answer else {
            unanswered += 1
            return
        }
        switch answer["status"]?.stringValue {
        case "approved": approved += 1
        case "rejected": rejected += 1
        // The contract has no fourth answer (hitl-api 7.1): whatever else a server says asks for somebody's attention.
        default: escalated += 1
        }
    }
}
