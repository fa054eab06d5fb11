import EventLog
import Synchronization

/// Waits for the answers to questions, each from the moment at which it arrived.
struct AnswerWait: Sendable {
    /// Who is told "not yet" at once asks again after so long (hitl-api 11.2).
    static let pollInterval = Interval.seconds(5)
    /// The server lets nobody wait longer than 60 s in one request.
    static let longPollSecondsMax = 50
    /// So many requests wait on the server at once. When more questions are open, all are asked about every 5 s instead.
    static let longPollsMax = 64

    let secondsMax: Int
    let time: any TimeSource
    let say: @Sendable (String) -> Void
    /// Asks once; the number is how many seconds the server may take.
    let ask: @Sendable (CANDIAnalysis, Int) async throws -> AnswerReply
    /// Is given each answer as it comes, one after the other.
    let take: @Sendable (CANDIAnalysis, JSONObject) -> Void

    private final class Progress: Sendable {
        let open = Mutex(0)
        let tally = Mutex(AnswerTally())
    }

    /// Takes questions until there are no more, and returns when each has its answer or has waited long enough.
    ///
    /// - Throws: what `ask` throws; the other questions are given up then.
    func run(_ questions: AsyncStream<CANDIAnalysis>) async throws -> AnswerTally {
        let progress = Progress()
        try await withThrowingDiscardingTaskGroup { group in
            for await question in questions {
                let end = time.now() + .seconds(secondsMax)
                progress.open.withLock { $0 += 1 }
                group.addTask {
                    defer { progress.open.withLock { $0 -= 1 } }
                    let answer = try await answer(to: question, until: end, progress)
                    progress.tally.withLock { tally in
                        tally.count(answer)
                        if let answer { take(question, answer) }
                    }
                }
            }
        }
        return progress.tally.withLock(\.self)
    }

    /// Nil where the time is over before the answer comes.
    private func answer(
        to question: CANDIAnalysis, until end: Timestamp, _ progress: Progress
    ) async throws -> JSONObject? {
        var saidReason: String?
        while true {
            let start = time.now()
            let isCrowded = progress.open.withLock { $0 > Self.longPollsMax }
            let remaining = max(0, Int((end - start).seconds))
            switch try await ask(question, isCrowded ? 0 : min(remaining, Self.longPollSecondsMax)) {
            case .answered(let answer):
                return answer
            case .notYet:
                saidReason = nil
            case .trouble(let reason):
                if reason != saidReason {
                    say("the answer to \(question.analysisID) cannot be had now (\(reason)); asking again")
                }
                saidReason = reason
            }
            let next = min(start + Self.pollInterval, end)
            while time.now() < next { try await time.wait(until: next) }
            if time.now() >= end { return nil }
        }
    }
}
