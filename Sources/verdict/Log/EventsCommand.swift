import ArgumentParser
import EventLog
import Foundation
import Governance
import SQLiteEventStore

/// `verdict events`
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print events of the log.",
        discussion: """
            Reads the log of a data directory, whether a server works on it or not. As text each event is a line for people: \
            its position, time, type and stream, who caused it, and what it says. As cloudevents it is the line that \
            `verdict export` writes.
            """)

    /// Events that are read at once.
    private static let batch = 500
    private static let followMilliseconds: Int32 = 200

    @Option(help: ArgumentHelp("The first position.", valueName: "position"))
    var from: Int = 1

    @Option(help: ArgumentHelp("The last position.", valueName: "position"))
    var to: Int?

    @Option(
        help: ArgumentHelp("Only what was recorded at that time or later, as 2026-01-05T09:30:00Z.", valueName: "time"))
    var since: Moment?

    @Option(help: ArgumentHelp("Only what was recorded at that time or before.", valueName: "time"))
    var until: Moment?

    @Option(
        help: ArgumentHelp(
            "Only events of this type, or with a dot at the end, of types that begin so: decision. for example; may be repeated.",
            valueName: "type"))
    var type: [String] = []

    @Option(help: ArgumentHelp("Only events of this stream, such as session/ID.", valueName: "stream"))
    var stream: String?

    @Option(help: ArgumentHelp("Only events of this decision.", valueName: "id"))
    var decision: String?

    @Option(help: "How an event is printed.")
    var format = EventLineFormat.text

    @Flag(help: "Stay, and print what comes.")
    var follow = false

    @OptionGroup var options: DataOptions

    func validate() throws {
        guard from >= 1 else { throw ValidationError("--from: positions begin with 1") }
        if let to, to < from { throw ValidationError("--to: \(to) is before --from \(from)") }
        if let since, let until, until.timestamp < since.timestamp {
            throw ValidationError("--until is before --since")
        }
        guard stream == nil || decision == nil else {
            throw ValidationError("--decision names a stream already: leave out --stream")
        }
        guard !follow || (to == nil && until == nil) else {
            throw ValidationError("--follow has no end: leave out --to and --until")
        }
    }

    private var selection: EventSelection {
        var selection = EventSelection()
        selection.to = to
        selection.since = since?.timestamp
        selection.until = until?.timestamp
        selection.types = type
        selection.stream = decision.map(GovernanceEvent.decisionStream) ?? stream.map { StreamName(text: $0) }
        return selection
    }

    func run() throws {
        let log = try options.logReader()
        let output = Output()
        do {
            var next = from
            try print(selection, of: log, from: &next, to: output)
            while follow, output.wait(milliseconds: Self.followMilliseconds) {
                try print(selection, of: log, from: &next, to: output)
            }
        } catch OutputError.readerGone {
            // Whoever reads has seen enough.
        }
        try log.close()
    }

    /// Prints what is there, and leaves `next` behind it.
    private func print(
        _ selection: EventSelection, of log: LogReader, from next: inout Position, to output: Output
    ) throws {
        let last = min(selection.to ?? .max, try log.lastPosition)
        var selection = selection
        selection.to = last
        while next <= last {
            let events = try log.read(selection, from: next, limit: Self.batch)
            for event in events { try output.write(try format.line(of: event)) }
            next = events.count == Self.batch ? (events.last?.position ?? last) + 1 : last + 1
        }
        try output.flush()
    }
}
