import EventLog
import Foundation
import Ledger
import Testing
import VerdictTesting

@Suite struct DataDirectoryTests {
    private func problem(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? DataDirectoryError)?.description
        }
    }

    @Test("a second one is refused, and is told who holds the directory")
    func held() throws {
        let directory = try TemporaryDirectory()
        let first = try DataDirectory(path: directory.path)
        let problem = problem { _ = try DataDirectory(path: directory.path) }
        #expect(problem?.contains("process \(getpid()) on ") == true)
        #expect(problem?.contains(directory.path) == true)
        withExtendedLifetime(first) {}
    }

    @Test("a log that was not finished is refused, and what to do depends on whether there is a whole one too")
    func unfinished() throws {
        let directory = try TemporaryDirectory()
        let data = try DataDirectory(path: directory.path)
        for (name, advice) in [
            ("events.db.unfinished", "run it again in an empty directory"),
            ("events.db", "remove that file, beside it is a whole log"),
        ] {
            try Data().write(to: URL(fileURLWithPath: directory.file(name)))
            #expect(problem { try data.refuseUnfinishedLog() }?.contains(advice) == true)
        }
    }

    @Test("a holder that left no name is another process")
    func namelessHolder() throws {
        let directory = try TemporaryDirectory()
        let first = try DataDirectory(path: directory.path)
        try Data().write(to: URL(fileURLWithPath: directory.file("verdict.lock")))
        let problem = problem { _ = try DataDirectory(path: directory.path) }
        #expect(problem?.contains("in use by another process") == true)
        withExtendedLifetime(first) {}
    }

    @Test("the directory is free again when its holder goes away, and when it lets go")
    func released() throws {
        let directory = try TemporaryDirectory()
        do { _ = try DataDirectory(path: directory.path) }
        let second = try DataDirectory(path: directory.path)
        second.release()
        second.release()
        let third = try DataDirectory(path: directory.path)
        #expect(third.eventsPath == directory.file("events.db"))
        #expect(third.viewsPath == directory.file("views.db"))
    }

    @Test("a ledger holds its directory until it is closed, and a second one does not disturb it")
    func ledger() async throws {
        let fixture = try LedgerFixture()
        #expect(throws: DataDirectoryError.self) { try Ledger(directory: fixture.directory.path) }
        try await fixture.submit()
        try await fixture.ledger.close()
        let second = try Ledger(directory: fixture.directory.path)
        #expect(try second.log.lastPosition == 1)
        try await second.close()
    }

    @Test("a new directory is made with its parents, for nobody else to read")
    func made() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a/b/data")
        let made = try DataDirectory(path: path)
        let permissions = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try permissions(path) == 0o700)
        #expect(try permissions(path + "/verdict.lock") == 0o600)
        withExtendedLifetime(made) {}
    }

    @Test("a path that cannot be a directory, or takes no lock, is refused with a reason", arguments: ["file", "lock"])
    func unusable(obstacle: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("data")
        if obstacle == "file" {
            try Data().write(to: URL(fileURLWithPath: path))
        } else {
            try FileManager.default.createDirectory(
                atPath: path + "/verdict.lock", withIntermediateDirectories: true)
        }
        let problem = problem { _ = try DataDirectory(path: path) }
        #expect(problem?.hasPrefix("the data directory \(path) cannot be used: ") == true)
    }

    @Test("the probe writes and leaves nothing behind")
    func probe() throws {
        let directory = try TemporaryDirectory()
        let data = try DataDirectory(path: directory.path)
        try data.probe()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["verdict.lock"])
    }

    @Test("the refusal of a network file system says why and what to do")
    func networkFileSystem() {
        let error = DataDirectoryError.networkFileSystem(path: "/mnt/share", type: "nfs4")
        #expect(error.description.contains("/mnt/share lies on a network file system (nfs4)"))
        #expect(error.description.contains("--data"))
    }
}
