import ArgumentParser
import EventLog
import Governance
import Identity
import Ledger
import SQLiteEventStore

/// `verdict generate`
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make up a log, to try things out or to measure them.",
        discussion: """
            Days of work of a security team: sessions, logins, questions of several programs with all risks, answers, \
            escalations, missed deadlines and executions, by the rules that a server applies, beginning on 2026-01-05. The \
            same numbers make the same log, byte for byte.

            All its people have the password \(PasswordRules.wellKnown). Whoever serves it sees the clock at work on the \
            deadlines of decisions that were left open.
            """)

    private static let batch = 2000
    private static let operatorsMax = 10_000

    @Option(help: ArgumentHelp("How many events.", valueName: "number"))
    var events: Int

    @Option(help: ArgumentHelp("Another seed makes another log.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How many people answer.", valueName: "number"))
    var operators = 36

    @OptionGroup var options: DataOptions

    func validate() throws {
        guard events >= 1 else { throw ValidationError("--events: \(events) is not at least 1") }
        guard (1...Self.operatorsMax).contains(operators) else {
            throw ValidationError("--operators: \(operators) is not between 1 and \(Self.operatorsMax)")
        }
    }

    func run() throws {
        let path = try options.settings().dataPath
        let log = try NewLog(directory: path)
        do {
            let generator = try generate(into: log.store)
            try log.finish()
            log.release()
            let days = 1 + (generator.now - LogGenerator.start).microseconds / Interval.hours(24).microseconds
            let open = generator.decisions.values.count { $0.isQueued }
            print("\(path): \(events) events of \(days) days, \(open) decisions still open")
        } catch {
            log.abandon()
            throw error
        }
    }

    private func generate(into store: SQLiteEventStore) throws -> LogGenerator {
        let progress = ProgressLine()
        defer { progress.clear() }
        var generator = try LogGenerator(LogGenerator.Options(events: events, seed: seed, operators: operators))
        var count = 0
        // A short log is over once its people are there, before anything has happened.
        repeat {
            count += try store.append(generator.next(atLeast: Self.batch)).count
            progress.show("making up events:", count, of: events)
        } while !generator.isFinished
        return generator
    }
}
