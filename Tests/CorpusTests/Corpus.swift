import EventLog
import Foundation

/// The log of one version, as it lies in `Tests/Corpus`.
struct Corpus: Sendable, CustomStringConvertible {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpus")

    let version: Int

    var description: String { "version \(version)" }

    /// Oldest first.
    static let all: [Corpus] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { Int($0) }.sorted().map { Corpus(version: $0) }
    }()

    private var path: URL { Self.folder.appending(path: "\(version)") }
    private var eventsPath: URL { path.appending(path: "events.ndjson") }
    private var viewsPath: URL { path.appending(path: "views.json") }

    /// One event a line, in the order of the log.
    func entries() throws -> [CorpusEntry] {
        try Data(contentsOf: eventsPath).split(separator: UInt8(ascii: "\n")).map { try CorpusEntry(Array($0)) }
    }

    func views() throws -> String {
        try String(contentsOf: viewsPath, encoding: .utf8)
    }

    func write(entries: [[UInt8]]) throws {
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try Data(entries.flatMap { $0 + [UInt8(ascii: "\n")] }).write(to: eventsPath)
    }

    func write(views: String) throws {
        try Data(views.utf8).write(to: viewsPath)
    }
}
