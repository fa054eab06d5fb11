import EventLog
import Synchronization
import Testing

@testable import verdict

@Suite("Waiting for the answers of people")
struct AnswerWaitTests {
    /// A clock on which every wait is over at once.
    private final class HastyTime: TimeSource {
        private let moment = Mutex(Timestamp(microseconds: 0))

        func now() -> Timestamp { moment.withLock(\.self) }

        func wait(until deadline: Timestamp) async throws {
            moment.withLock { $0 = max($0, deadline) }
        }
    }

    /// One call, and what happened around it.
    private struct Call: Sendable, Equatable {
        /// When it was made, in seconds from the start.
        let at: Double
        /// How long the server was given.
        let waitSeconds: Int
    }

    private final class Record: Sendable {
        let calls = Mutex<[Call]>([])
        let taken = Mutex<[String]>([])
        let sentences = Mutex<[String]>([])
    }

    private let time = HastyTime()
    private let record = Record()

    private static func answer(_ status: String) -> AnswerReply {
        .answered(JSONObject([.init(key: "status", value: .string(status))]))
    }

    /// - Parameters:
    ///   - knowsWait: whether the server takes the time that it is given before it says "not yet".
    ///   - reply: to the n-th call, from 1.
    private func run(
        secondsMax: Int = 3600, questions: Int = 1, knowsWait: Bool = false,
        reply: @escaping @Sendable (Int) async throws -> AnswerReply
    ) async throws -> AnswerTally {
        let (arrived, arrivals) = AsyncStream<CANDIAnalysis>.makeStream()
        for number in 0..<questions {
            let line = "{\"analysis_id\":\"a\(number)\",\"threat_level\":\"APT\"}"
            arrivals.yield(try CANDIAnalysis(line: Array(line.utf8), at: time.now()))
        }
        arrivals.finish()
        let wait = AnswerWait(
            secondsMax: secondsMax, time: time,
            say: { [record] sentence in record.sentences.withLock { $0.append(sentence) } },
            ask: { [record, time] _, seconds in
                let start = time.now()
                let number = record.calls.withLock { calls in
                    calls.append(Call(at: (start - Timestamp(microseconds: 0)).seconds, waitSeconds: seconds))
                    return calls.count
                }
                let reply = try await reply(number)
                if reply == .notYet, knowsWait { try await time.wait(until: start + .seconds(seconds)) }
                return reply
            },
            take: { [record] analysis, _ in record.taken.withLock { $0.append(analysis.analysisID) } })
        return try await wait.run(arrived)
    }

    @Test("answers are counted by what they say, and each is handed on once")
    func answers() async throws {
        let statuses = ["approved", "rejected", "escalated", "approved"]
        let tally = try await run(questions: 4) { Self.answer(statuses[$0 - 1]) }
        #expect(tally == AnswerTally(approved: 2, rejected: 1, escalated: 1))
        #expect(tally.answered == 4)
        #expect(record.taken.withLock { $0.sorted() } == ["a0", "a1", "a2", "a3"])
    }

    @Test("a server that waits is asked once in 50 s, to the end of the time")
    func longPoll() async throws {
        let tally = try await run(secondsMax: 120, knowsWait: true) { _ in .notYet }
        #expect(tally == AnswerTally(unanswered: 1))
        #expect(
            record.calls.withLock(\.self) == [
                Call(at: 0, waitSeconds: 50), Call(at: 50, waitSeconds: 50), Call(at: 100, waitSeconds: 20),
            ])
    }

    @Test("a server that does not know the parameter is asked every 5 s")
    func poll() async throws {
        let tally = try await run { $0 == 4 ? Self.answer("approved") : .notYet }
        #expect(tally == AnswerTally(approved: 1))
        #expect(record.calls.withLock { $0.map(\.at) } == [0, 5, 10, 15])
    }

    @Test("with 0 seconds it is asked once, and not kept waiting")
    func once() async throws {
        #expect(try await run(secondsMax: 0) { _ in .notYet } == AnswerTally(unanswered: 1))
        #expect(record.calls.withLock(\.self) == [Call(at: 0, waitSeconds: 0)])
    }

    @Test("the last pause ends with the time")
    func lastPause() async throws {
        _ = try await run(secondsMax: 7) { _ in .notYet }
        #expect(record.calls.withLock { $0.map(\.at) } == [0, 5])
        #expect((time.now() - Timestamp(microseconds: 0)).seconds == 7)
    }

    @Test("a server in trouble is asked again, and each trouble is named once")
    func trouble() async throws {
        let replies: [AnswerReply] = [
            .trouble(reason: "status 503"), .trouble(reason: "status 503"), .trouble(reason: "Connection refused"),
            .notYet, .trouble(reason: "Connection refused"), Self.answer("rejected"),
        ]
        #expect(try await run { replies[$0 - 1] } == AnswerTally(rejected: 1))
        let sentences = ["status 503", "Connection refused", "Connection refused"].map { reason in
            "the answer to a0 cannot be had now (\(reason)); asking again"
        }
        #expect(record.sentences.withLock(\.self) == sentences)
    }

    @Test("when many questions are open, the server keeps only some of the calls waiting")
    func crowded() async throws {
        let count = 2 * AnswerWait.longPollsMax
        let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
        // No call is over before there is one for each question.
        let tally = try await run(questions: count) { _ in
            await withCheckedContinuation { continuation in
                let all = waiting.withLock { waiting in
                    waiting.append(continuation)
                    return waiting.count == count ? waiting : []
                }
                for continuation in all { continuation.resume() }
            }
            return Self.answer("approved")
        }
        #expect(tally.approved == count)
        let calls = record.calls.withLock(\.self)
        #expect(calls.count == count)
        #expect(calls.count { $0.waitSeconds > 0 } <= AnswerWait.longPollsMax)
    }

    @Test("a caller whom the server does not want gives up at once")
    func refused() async throws {
        let refusal = ImportError.callerRefused(.standard, reason: "status 401")
        await #expect(throws: refusal) { try await run(questions: 3) { _ in throw refusal } }
    }

    @Test(
        "what the answer of the server means",
        arguments: [
            (200, #"{"status":"approved"}"#, answer("approved")),
            (404, #"{"detail":"Decision response not found"}"#, .notYet),
            (503, #"{"detail":"full"}"#, .trouble(reason: "status 503: full")),
            (200, "[]", .trouble(reason: "status 200")),
            (429, "", .trouble(reason: "status 429")),
        ] as [(Int, String, AnswerReply)])
    func meaning(_ status: Int, _ body: String, _ reply: AnswerReply) {
        #expect(AnswerReply(ServerReply(status: status, body: Array(body.utf8))) == reply)
    }

    @Test("the counters add up")
    func counters() {
        let counters = CANDICounters(
            questions: ImportTally(enqueued: 4, alreadyThere: 2, notNeeded: 3, failed: 1, unfit: 5),
            answers: AnswerTally(approved: 2, rejected: 1, escalated: 1, unanswered: 2))
        #expect(
            counters.line == #"{"total_submitted":4,"pending_decisions":2,"approved_decisions":2,"#
                + #""rejected_decisions":1,"escalated_decisions":1,"already_submitted":2,"needing_no_human":3,"#
                + #""failed":1,"no_analyses":5}"#)
    }
}
