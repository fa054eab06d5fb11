import EventLog
import Foundation
import GRDB
import Governance
import Ledger
import Projections
import VerdictTesting

/// A ledger on its way through a leg, with the record that an onlooker keeps: which steps were acknowledged.
struct Journey {
    /// What went wrong, in a sentence.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let start = "2026-01-15T12:00:00Z"
    /// When every question is asked: late enough for all times of the course.
    static let late = "2026-01-15T13:00:00Z"

    let directory: TemporaryDirectory
    private let time = ManualTime(start)
    private(set) var ledger: Ledger?
    /// How many steps of the course were acknowledged, in this leg or before it.
    private(set) var done: Int
    /// How many steps there are up to the end of the leg.
    let end: Int

    init(in directory: TemporaryDirectory, steps: Range<Int>) {
        self.directory = directory
        done = steps.lowerBound
        end = steps.upperBound
    }

    var isComplete: Bool { done == end }

    /// The next step in words, for messages.
    var nextStep: String { isComplete ? "the end" : Step.course[done].name }

    /// Tries the next step once.
    ///
    /// - Throws: why it is not done: the ledger's error, or `Failure` where that is none it may give.
    mutating func advance() async throws {
        guard let position = Timestamp(rfc3339: Self.start) else { return }
        let step = Step.course[done]
        time.move(to: position + step.time)
        do {
            let ledger = try opened()
            switch step.deed {
            case .execute(let command):
                let key = IdempotencyKey(key: "key-\(done)", requestHash: "\(done)")
                _ = try await ledger.execute(command, origin: Origin(idempotency: key))
            case .passTime:
                try await ledger.passTime()
            }
            done += 1
            // The views follow at their own time: asked, they do so now.
            try? await ledger.views.read { _ in }
        } catch let error as CommandError {
            switch error {
            case .unavailable, .undecided: throw error
            case .refused, .refusedIdentity, .overloaded, .damaged, .tooLarge:
                throw Failure(description: "'\(step.name)' is answered with \(error), not with 'come back later'")
            }
        }
    }

    mutating func opened() throws -> Ledger {
        if let ledger { return ledger }
        var configuration = LedgerConfiguration()
        configuration.time = time
        let opened = try Ledger(directory: directory.path, configuration: configuration)
        ledger = opened
        return opened
    }

    /// However that ends, afterwards the ledger can be opened again.
    mutating func close() async throws {
        guard let closing = ledger else { return }
        ledger = nil
        try await closing.close()
    }

    // MARK: Looking at it

    /// What the log holds, without what differs from one run to the other.
    static func events(of log: any EventStore) throws -> [String] {
        try log.read(from: 1, limit: .max).map { event in
            """
            \(event.position) \(event.stream) \(event.version) \(event.type) \(event.recordedAt) \(event.actor) \
            \(String(decoding: event.data, as: UTF8.self))
            """
        }
    }

    /// All that the views say, at a time when all is over, without what differs from one run to the other.
    static func answers(of views: Views, log: any EventStore) throws -> [String] {
        guard let late = Timestamp(rfc3339: late) else { return [] }
        let identifier = try Regex("esc_[-0-9a-f]{36}")
        return try everyAnswer(of: views, log: log, at: late).map { $0.replacing(identifier, with: "esc_") }
    }

    /// Whether the pages of the log hold together, as another program sees them.
    func refuseBrokenPages() throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: directory.file("events.db"), configuration: configuration)
        let findings = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        try queue.close()
        guard findings == ["ok"] else { throw Failure(description: "the log is damaged: \(findings)") }
    }
}
