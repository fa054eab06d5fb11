import ArgumentParser
import EventLog
import Foundation
import Ledger
import Logging
import SQLiteEventStore

/// `verdict replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Make a data directory as it was at an earlier time.",
        discussion: """
            Copies the events up to there, byte for byte, and builds everything else from them. The directory that is read may \
            be in use; it is not changed. `verdict serve --data DIR` serves the copy. From then on it is a log of its own: \
            the clock records the deadlines that have passed since.

            Secrets are not copied: neither the keys of the server, so nobody's token is good there and second factors have to be \
            set up again, nor the secret key of the evidence.
            """)

    /// Events that are copied at once.
    private static let batch = 1000

    @Option(
        help: ArgumentHelp(
            """
            How far: to a position, or to the last event recorded at a time or before, as 2026-01-05T09:30:00Z. \
            (default: to the end)
            """,
            valueName: "position or time"))
    var asOf: PointInLog?

    @Option(help: ArgumentHelp("The new directory: empty, or not there yet.", valueName: "directory"))
    var into: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        let source = try options.logReader()
        let last = try asOf?.position(in: source) ?? source.lastPosition
        let copy = try NewLog(directory: into)
        do {
            try copyEvents(of: source, to: last, into: copy.store)
            try copy.finish()
        } catch {
            copy.abandon()
            throw error
        }
        copy.release()
        let moment = try source.read(from: last, limit: 1).first?.recordedAt
        try source.close()
        // A ledger makes of the log whatever a server would make of it at its start.
        try await Ledger(directory: into, configuration: DataOptions.quiet).close()
        let until = moment.map { ", up to \($0.rfc3339)" } ?? ""
        print(
            """
            \(into): \(last) events\(until), without keys and secrets
            verdict serve --data \(into)
            """)
    }

    private func copyEvents(of source: LogReader, to last: Position, into store: SQLiteEventStore) throws {
        let progress = ProgressLine()
        defer { progress.clear() }
        var next = 1
        while next <= last {
            let events = try source.read(from: next, limit: min(Self.batch, last - next + 1))
            guard events.first?.position == next else {
                throw EventStoreError.corrupt(position: next, "it is not there")
            }
            try store.append(copies: events)
            next += events.count
            progress.show("copying events:", next - 1, of: last)
        }
    }
}
