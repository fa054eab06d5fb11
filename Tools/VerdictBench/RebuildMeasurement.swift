import ArgumentParser
import EventLog
import Foundation
import GRDB
import GRDBSQLite
import Projections
import SQLiteEventStore
import Synchronization

/// Measures how fast views are built from a log, beside how fast SQLite alone reads that log.
struct RebuildMeasurement: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rebuild")

    @Option(help: "The folder with the log.") var data: String
    @Option(help: "How often to measure.") var rounds = 3

    func run() throws {
        let store = try SQLiteEventStore(path: data + "/events.db")
        let count = store.lastPosition
        print("\(count) events")
        for round in 1...rounds {
            let scan = try Self.seconds { try Self.scan(data + "/events.db") }
            let path = data + "/measured.db"
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
            Self.forgetPeak()
            let before = Self.processSeconds()
            let last = Mutex(0.0)
            let start = ContinuousClock.now
            let rebuild = try Self.seconds {
                let views = try Views(path: path, log: store) { _ in
                    last.withLock { $0 = (ContinuousClock.now - start) / .seconds(1) }
                }
                try views.close()
            }
            let rows = last.withLock { $0 }
            print(
                """
                round \(round): bare scan \(Self.rate(count, scan)), rebuild \(Self.rate(count, rebuild)), \
                \(String(format: "%.2f", scan / rebuild)) of the scan; \
                \(String(format: "%.2f s, rows %.2f s, processor %.2f s", rebuild, rows, Self.processSeconds() - before)), \
                peak memory \(Self.peakMebibytes()) MiB, file \(Self.mebibytes(of: path)) MiB
                """)
        }
        try store.close()
    }

    /// Steps through the whole table and touches every column.
    private static func scan(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        var size = 0
        try queue.read { database in
            let statement = try database.makeStatement(
                sql: """
                    SELECT position, stream, version, type, id, recorded_at, actor, data, metadata FROM events
                    ORDER BY position
                    """)
            let handle = statement.sqliteStatement
            while sqlite3_step(handle) == SQLITE_ROW {
                size += Int(sqlite3_column_int64(handle, 0) & 1) + Int(sqlite3_column_int64(handle, 2) & 1)
                size += Int(sqlite3_column_int64(handle, 5) & 1)
                for column: CInt in [1, 3, 4, 6, 7, 8] {
                    let bytes = sqlite3_column_blob(handle, column)
                    let count = Int(sqlite3_column_bytes(handle, column))
                    if let bytes, count > 0 {
                        size += count + Int(bytes.load(fromByteOffset: count - 1, as: UInt8.self))
                    }
                }
            }
        }
        if size == 0 { print("the log is empty") }
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func rate(_ count: Int, _ seconds: Double) -> String {
        "\(Int(Double(count) / seconds / 1000))k/s"
    }

    private static func processSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }

    private static func mebibytes(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? Int ?? 0) >> 20
    }

    // MARK: Memory (proc(5))

    private static func forgetPeak() {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }

    private static func peakMebibytes() -> Int {
        let status = FileHandle(forReadingAtPath: "/proc/self/status").flatMap { try? $0.readToEnd() } ?? Data()
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) >> 10
    }
}
