import ArgumentParser
import EventLog
import Foundation
import SQLiteEventStore

/// Makes a log to measure with.
struct MakeHistory: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "history")

    private static let batchEvents = 4000

    @Option(help: "The folder to make it in.") var data: String
    @Option(help: "How many events.") var events = 1_000_000
    @Option(help: "Another seed makes another log.") var seed: UInt64 = 1

    func run() throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let store = try SQLiteEventStore(path: data + "/events.db")
        var history = MadeHistory(seed: seed)
        while store.lastPosition < events {
            var batch: [StreamAppend] = []
            while batch.count < Self.batchEvents { batch += history.next() }
            _ = try store.append(batch)
        }
        print("\(store.lastPosition) events in \(data)/events.db")
        try store.close()
    }
}
