import ArgumentParser
import EventLog
import SQLiteEventStore

/// `verdict export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all events of the log as lines of text.",
        discussion: """
            As cloudevents every line is a CloudEvent in JSON, with the bytes that the evidence hashes. A payload over 48 KiB \
            stands there as its SHA-256 (datasha256); its line has the payload too, as the last member. \
            `verdict import events` makes the same log of such a file. As csv it is for spreadsheets and cannot be imported.

            Works beside a running server, and ends with the event that was the last one at its start. Passwords and \
            credentials stand in the log as hashes only.
            """)

    /// Events that are read at once.
    private static let batch = 1000

    @Option(help: "How an event is written.")
    var format = ExportFormat.cloudevents

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var output = "-"

    @Option(
        help: ArgumentHelp(
            "How far: to a position, or to the last event recorded at a time or before, as 2026-01-05T09:30:00Z.",
            valueName: "position or time"))
    var asOf: PointInLog?

    @OptionGroup var options: DataOptions

    func run() throws {
        let log = try options.logReader()
        let last = try asOf?.position(in: log) ?? log.lastPosition
        let output = try Output(path: output)
        do {
            try export(log, to: last, output)
            try output.finish()
        } catch OutputError.readerGone {
            // Not everything has arrived, and whoever stopped reading knows.
            throw ExitCode.failure
        } catch {
            output.abandon()
            throw error
        }
        try log.close()
        if self.output != "-" { print("\(self.output): \(last) events, \(output.sizeBytes) bytes") }
    }

    private func export(_ log: LogReader, to last: Position, _ output: Output) throws {
        let progress = ProgressLine()
        defer { progress.clear() }
        try output.write(format.head)
        var next = 1
        while next <= last {
            let events = try log.read(from: next, limit: min(Self.batch, last - next + 1))
            for event in events {
                guard event.position == next else {
                    throw EventStoreError.corrupt(position: next, "it is not there")
                }
                try output.write(try format.line(of: event))
                next += 1
            }
            progress.show("exporting events:", next - 1, of: last)
            guard !events.isEmpty else { throw EventStoreError.corrupt(position: next, "it is not there") }
        }
    }
}
