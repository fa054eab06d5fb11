import ArgumentParser
import EventLog
import Evidence
import Foundation
import Ledger
import Projections
import SQLiteEventStore

/// `verdict rebuild`
struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build what is derived from the log again.",
        discussion: """
            Makes the views and the audit index anew, from the first event of the log on, and the tiles of the evidence where they \
            are missing or wrong. The server of the directory must be \
            stopped; one that runs builds its views beside those that it serves from, when it is asked to with \
            POST /api/v1/admin/projections/rebuild. What was there stays until the new file is complete, so a rebuild that is \
            cut off changes nothing.

            With --check they are built beside what is there, in a temporary file, every row of every table is compared, and \
            each difference is named by table and key. Nothing is changed, and a server may be running: its views are compared \
            as of the last event that they have seen.

            Ends with 0 if everything is built, or the same; with 1 if not.
            """)

    @Flag(help: "Change nothing: compare what is there with a fresh build.")
    var check = false

    @OptionGroup var options: DataOptions

    /// Events between two looks at the progress.
    private static let stepEvents = 1000

    func run() throws {
        let path = try options.settings().dataPath
        guard FileManager.default.fileExists(atPath: path + "/events.db") else { throw LogCommandError.noLog(path) }
        try check ? compare(path) : rebuild(path)
    }

    // MARK: Building

    private func rebuild(_ path: String) throws {
        let directory = try Self.hold(path)
        defer { directory.release() }
        try directory.refuseUnfinishedLog()
        let log = try SQLiteEventStore(path: directory.eventsPath)
        let progress = ProgressLine(elsewhere: .lines)
        for model in ViewsModel.all {
            let begin = ContinuousClock.now
            let position = try Views.remake(path: "\(path)/\(model.fileName)", model: model, from: log) {
                progress.show("building \(model.fileName):", min($0.position, $0.target), of: $0.target)
            }
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            progress.clear()
            print("\(model.fileName): built again from \(position) events, in \(String(format: "%.1f", seconds)) s")
            // Whoever waits for the end of it sees this part now.
            fflush(nil)
        }
        try rebuildTiles(path, log, progress)
        try log.close()
    }

    private func rebuildTiles(_ path: String, _ log: SQLiteEventStore, _ progress: ProgressLine) throws {
        let last = log.lastPosition
        let report = try TileRestoration.run(in: path, from: log) { size in
            if size.isMultiple(of: Self.stepEvents) { progress.show("reading for the tiles:", size, of: last) }
        }
        progress.clear()
        guard let report else { return }
        let wrong = report.wrongTiles == 1 ? "1 was wrong" : "\(report.wrongTiles) were wrong"
        print("evidence/tile: those of \(report.events) events, \(wrong)")
    }

    private static func hold(_ path: String) throws -> DataDirectory {
        do {
            return try DataDirectory(path: path)
        } catch DataDirectoryError.held(let path, let holder) {
            throw LogCommandError.held(path, by: holder)
        }
    }

    // MARK: Comparing

    private func compare(_ path: String) throws {
        let log = try LogReader(path: path + "/events.db")
        let progress = ProgressLine(elsewhere: .lines)
        let comparison = ProjectionsCheck(dataPath: path, progress: progress)
        var isFine = true
        for model in ViewsModel.all {
            let outcome = comparison.run(model, log) { difference in
                progress.clear()
                print("WRONG: \(model.fileName): \(difference)")
            }
            progress.clear()
            switch outcome {
            case .same(let sentence): print("\(model.fileName): \(sentence)")
            case .different(let count):
                print("\(model.fileName): \(count == 1 ? "one thing is" : "\(count) things are") not what the log says")
                isFine = false
            case .passedOver(let sentence), .failed(let sentence):
                print("WRONG: \(model.fileName): \(sentence)")
                isFine = false
            }
            fflush(nil)
        }
        try log.close()
        guard isFine else {
            print("`verdict rebuild` builds them again; where the log itself is damaged, `verdict verify` says where.")
            throw ExitCode.failure
        }
    }
}
