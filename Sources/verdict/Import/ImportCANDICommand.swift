import ArgumentParser
import EventLog
import Foundation

struct ImportCANDICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "candi", abstract: "Ask people about the threat analyses of a file, and hear what they answer.",
        discussion: """
            The file holds one analysis a line, as a JSON object with a threat_level and a source_ip. Of the members \
            analysis_id, incident_id, attributed_actor, confidence (0 to 100), iocs, ttps, recommended_actions, \
            forensic_summary, priority and created_at, whichever are missing are made of the rest. A person is asked about \
            APT and TARGETED, about a confidence over 80, and where requires_human is true; other analyses are counted.

            The server wants to know who asks: make a credential with "verdict user add NAME --service", and give it with \
            --credential-file or in \(CredentialOptions.variable).

            Everything on standard output is JSON lines. With --wait that is each answer when it comes, with the \
            source_ip of its analysis; a server that knows ?wait= is asked once in \(AnswerWait.longPollSecondsMax) s, \
            any other one every 5 s. The last line holds the counters. Nothing is carried out: the approved_actions of an \
            answer are for the program that reads it. Importing a file again asks nothing twice, and with --wait hears the \
            answers that came meanwhile.

            The status is 0 if every question arrived and, with --wait, was answered in time; 1 otherwise.
            """)

    /// A year: deadlines are over long before.
    private static let waitSecondsMax = 31_536_000

    @OptionGroup var options: ImportOptions

    @Flag(help: "Stay until every question is answered, and print the answers.")
    var wait = false

    @Option(help: ArgumentHelp("How long to wait for each answer, in seconds.", valueName: "number"))
    var waitSeconds = 3600

    func validate() throws {
        guard (0...Self.waitSecondsMax).contains(waitSeconds) else {
            throw ValidationError("--wait-seconds: \(waitSeconds) is not between 0 and \(Self.waitSecondsMax)")
        }
        guard options.credentials.isGiven() else {
            throw ValidationError(
                "the server wants to know who asks: set \(CredentialOptions.variable), or name a --credential-file")
        }
    }

    func run() async throws {
        let credential = try options.credentials.credential()
        let source = try options.open()
        let (arrived, arrivals) = AsyncStream<CANDIAnalysis>.makeStream()
        let wait = wait
        async let answers = Self.answers(to: arrived, options.server, credential, secondsMax: waitSeconds)
        let tally = try await ServerCaller.using(
            options.server, credential: credential, connectionsMax: options.concurrency
        ) { caller in
            defer { arrivals.finish() }
            let client = SubmissionClient(caller: caller, door: .hitl)
            let analyses = LineImport(
                noun: "analysis", concurrency: options.concurrency, say: Explanation.say,
                read: { (line) throws(UnfitLine) in try CANDIAnalysis(line: line, at: SystemTime().now()) },
                submit: { analysis in
                    guard analysis.needsHuman else { return .notNeeded }
                    let outcome = try await client.submit(analysis.submission)
                    let hasArrived = outcome == .enqueued || outcome == .alreadyThere
                    if wait, hasArrived { arrivals.yield(analysis) }
                    return outcome
                })
            return try await options.run(analyses, reading: source)
        }
        let counters = CANDICounters(questions: tally, answers: try await answers)
        Self.write(counters.line)
        if tally.failed > 0 || counters.answers.unanswered > 0 { throw ExitCode.failure }
    }

    private static func answers(
        to questions: AsyncStream<CANDIAnalysis>, _ server: ServerAddress, _ credential: String?, secondsMax: Int
    ) async throws -> AnswerTally {
        try await ServerCaller.using(server, credential: credential, connectionsMax: AnswerWait.longPollsMax) {
            let client = AnswerClient(caller: $0)
            let wait = AnswerWait(
                secondsMax: secondsMax, time: SystemTime(), say: Explanation.say,
                ask: { try await client.answer(to: $0.analysisID, waitSeconds: $1) },
                take: { analysis, answer in
                    var answer = answer
                    answer["source_ip"] = analysis.sourceIP
                    write(JSON.object(answer).text)
                })
            return try await wait.run(questions)
        }
    }

    /// Whoever reads through a pipe gets the line now.
    private static func write(_ line: String) {
        print(line)
        fflush(nil)
    }
}
