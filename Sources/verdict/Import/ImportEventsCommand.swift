import ArgumentParser
import EventLog
import Foundation
import Ledger
import SQLiteEventStore

/// `verdict import events`
struct ImportEventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Make a log of what `verdict export` has written.",
        discussion: """
            Works without a server, into a directory that is empty or not there yet. Every event becomes the same again, byte \
            for byte, with its position, time and id; a line that is anything else is named with the reason, and nothing is \
            left behind.

            The keys of the server, and the secret key of the evidence, are in no export: a server on the new directory makes \
            new ones. Second factors have to be set up again then.
            """)

    /// No payload is nearly as long.
    private static let lineSizeBytesMax = 1 << 28

    @Argument(help: "The file; - for standard input.")
    var file: String

    @OptionGroup var options: DataOptions

    func run() async throws {
        let path = try options.settings().dataPath
        var source: LineSource
        do throws(FileDescriptorReader.Failure) {
            source = LineSource(try FileDescriptorReader(path: file), lineSizeBytesMax: Self.lineSizeBytesMax)
        } catch {
            throw InputError.fileUnreadable(path: file, reason: error.description)
        }
        let log = try NewLog(directory: path)
        do {
            let count = try await read(&source, into: log.store)
            try log.finish()
            log.release()
            print("\(path): \(count) events, as they were exported")
        } catch let failure as FileDescriptorReader.Failure {
            log.abandon()
            throw InputError.fileUnreadable(path: file, reason: failure.description)
        } catch {
            log.abandon()
            throw error
        }
    }

    /// - Returns: the number of events.
    private func read(_ source: inout LineSource, into store: SQLiteEventStore) async throws -> Int {
        let progress = ProgressLine()
        defer { progress.clear() }
        var events = LogImport(into: store)
        while let lines = try await source.next() {
            for line in lines { try events.take(line) }
            progress.show("importing: \(events.count) events")
        }
        try events.write()
        return events.count
    }
}
