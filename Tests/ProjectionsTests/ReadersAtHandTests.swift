import Foundation
import GRDB
import Synchronization
import Testing
import VerdictTesting

@testable import Projections

@Suite struct ReadersAtHandTests {
    private func file(_ directory: TemporaryDirectory) throws -> (DatabasePool, ReadersAtHand) {
        let path = directory.file("views.db")
        let pool = try DatabasePool(path: path)
        try pool.write { try $0.execute(sql: "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)") }
        return (pool, ReadersAtHand(path: path, label: "test"))
    }

    private func count(_ readers: ReadersAtHand) throws -> Int? {
        try readers.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") ?? -1 }
    }

    @Test("a query sees what was committed before it, and nobody can write that way")
    func fresh() throws {
        let directory = try TemporaryDirectory()
        let (pool, readers) = try file(directory)
        defer { readers.close() }
        #expect(try count(readers) == 1)
        try pool.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
        #expect(try count(readers) == 2)
        let written: Void? = try readers.read { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
        #expect(written == nil)
        #expect(try count(readers) == 2)
    }

    @Test("where every connection is taken nobody waits for one")
    func taken() throws {
        let directory = try TemporaryDirectory()
        let (_, readers) = try file(directory)
        defer { readers.close() }
        var depth = 0
        func nest() throws -> Bool {
            depth += 1
            guard depth < 1000 else { return true }
            return try readers.read { _ in try nest() } ?? false
        }
        #expect(try nest() == false)
        #expect(depth == ProcessInfo.processInfo.activeProcessorCount + 1)
        #expect(try count(readers) == 1)
    }

    @Test("what the body throws comes through, and the connection is at hand again")
    func throwing() throws {
        struct Refused: Error {}
        let directory = try TemporaryDirectory()
        let (_, readers) = try file(directory)
        defer { readers.close() }
        for _ in 0..<100 {
            #expect(throws: Refused.self) { try readers.read { _ in throw Refused() } }
        }
        #expect(try count(readers) == 1)
    }

    @Test("once closed nothing is read, and a connection that was taken then is closed when it comes back")
    func closed() throws {
        let directory = try TemporaryDirectory()
        let (pool, readers) = try file(directory)
        let walPath = directory.file("views.db-wal")
        try readers.read { _ in
            readers.close()
            try pool.close()
            #expect(FileManager.default.fileExists(atPath: walPath), "its last reader is still there")
        }
        #expect(try count(readers) == nil)
        #expect(!Self.isOpen(walPath), "nobody has the file open any more")
    }

    private static func isOpen(_ path: String) -> Bool {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) == path
        }
    }
}
