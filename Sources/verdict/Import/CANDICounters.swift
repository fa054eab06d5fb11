import EventLog

/// How an import of analyses went: the counters of hitl-api 11.2, and what has no counter there.
struct CANDICounters: Sendable, Hashable {
    let questions: ImportTally
    let answers: AnswerTally

    var line: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("total_submitted", questions.enqueued)
            writer.member("pending_decisions", pending)
            writer.member("approved_decisions", answers.approved)
            writer.member("rejected_decisions", answers.rejected)
            writer.member("escalated_decisions", answers.escalated)
            writer.member("already_submitted", questions.alreadyThere)
            writer.member("needing_no_human", questions.notNeeded)
            writer.member("failed", questions.failed)
            writer.member("no_analyses", questions.unfit)
        }
        return writer.text
    }

    /// Questions on the server whose answer this import has not heard.
    private var pending: Int { questions.enqueued + questions.alreadyThere - answers.answered }
}
