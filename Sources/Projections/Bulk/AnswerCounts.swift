/// The answers of a person, or those given in a session, and the microseconds that they took.
struct AnswerCounts {
    var approved = 0
    var rejected = 0
    var escalated = 0
    var reviewTime: Int64 = 0

    mutating func count(_ answer: HeldDecision.Answer, _ time: Int64) {
        switch answer {
        case .approve: approved += 1
        case .reject: rejected += 1
        case .escalate: escalated += 1
        }
        reviewTime += time
    }

    func bind(to statement: BoundStatement) {
        statement.bind(approved)
        statement.bind(rejected)
        statement.bind(escalated)
        statement.bind(reviewTime)
    }
}
