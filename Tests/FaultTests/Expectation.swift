import EventLog
import Foundation
import Governance
import Ledger
import Projections
import SQLiteEventStore
import VerdictTesting

/// What a ledger holds and says after each step of the course when nothing goes wrong.
struct Expectation: Sendable {
    /// Of the whole course, in order.
    let events: [String]
    /// How many events there are after so many steps.
    let counts: [Int]
    /// What the views say then.
    private let answers: [[String]]

    /// The files before each leg.
    private let files: [TemporaryDirectory]

    /// Made once for all tests.
    static let shared = Task { try await Expectation() }

    private init() async throws {
        let directory = try TemporaryDirectory()
        var counts: [Int] = []
        var answers: [[String]] = []
        var events: [String] = []
        var files: [TemporaryDirectory] = []
        for leg in Step.legs.indices {
            files.append(try directory.copy())
            var journey = Journey(in: directory, steps: Step.places(ofLeg: leg))
            while true {
                let ledger = try journey.opened()
                events = try Journey.events(of: ledger.log)
                let folded = try Self.foldedAnswers(of: ledger.log)
                try Self.compare(try Journey.answers(of: ledger.views, log: ledger.log), folded)
                // The end of a leg is the beginning of the next one.
                if counts.count == journey.done {
                    counts.append(events.count)
                    answers.append(folded)
                }
                if journey.isComplete { break }
                try await journey.advance()
            }
            try await journey.close()
        }
        self.events = events
        self.counts = counts
        self.answers = answers
        self.files = files
    }

    /// Puts the files as they are before a leg into an empty folder.
    func prepare(_ directory: TemporaryDirectory, forLeg leg: Int) throws {
        try files[leg].copy(into: directory)
    }

    /// What fresh views say that were made from the log alone.
    private static func foldedAnswers(of log: any EventStore) throws -> [String] {
        let directory = try TemporaryDirectory()
        let views = try Views(path: directory.file("views.db"), log: log)
        let answers = try Journey.answers(of: views, log: log)
        try views.close()
        return answers
    }

    private static func compare(_ found: [String], _ expected: [String]) throws {
        guard found != expected else { return }
        let differing = zip(found, expected).first { $0 != $1 }
        throw Journey.Failure(
            description: differing.map { "the views say '\($0.prefix(300))' instead of '\($1.prefix(300))'" }
                ?? "the views give \(found.count) answers instead of \(expected.count)")
    }

    /// Compares a ledger with what it has to hold and say after so many steps.
    ///
    /// - Throws: `Journey.Failure`.
    func compare(_ ledger: Ledger, after steps: Int) throws {
        try compareLog(ledger.log, after: steps...steps)
        try Self.compare(try Journey.answers(of: ledger.views, log: ledger.log), answers[steps])
    }

    /// Compares a log with what it has to hold after one of these numbers of steps.
    ///
    /// - Returns: after how many steps it holds this: the highest number, where some of them change nothing.
    /// - Throws: `Journey.Failure`.
    @discardableResult
    func compareLog(_ log: any EventStore, after steps: ClosedRange<Int>) throws -> Int {
        let found = try Journey.events(of: log)
        guard found == Array(events.prefix(found.count)) else {
            let differing = zip(found, events).first { $0 != $1 }
            throw Journey.Failure(
                description:
                    "the log holds '\(differing?.0 ?? found.last ?? "")' instead of '\(differing?.1 ?? "nothing")'")
        }
        guard let matching = steps.last(where: { counts[$0] == found.count }) else {
            throw Journey.Failure(
                description:
                    "the log holds \(found.count) events instead of \(Set(steps.map { counts[$0] }).sorted())")
        }
        return matching
    }
}

extension TemporaryDirectory {
    /// Of its files; it has no folders.
    func copy(into directory: TemporaryDirectory) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            try FileManager.default.copyItem(atPath: file(name), toPath: directory.file(name))
        }
    }

    func copy() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try copy(into: directory)
        return directory
    }
}
