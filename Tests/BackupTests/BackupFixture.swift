import Backup
import EventLog
import Evidence
import Foundation
import Ledger
import SQLiteEventStore
import Synchronization
import VerdictTesting

/// A ledger with evidence and keys in a data directory, and places for backups and what is restored of them.
struct BackupFixture {
    let fixture: LedgerFixture
    private let evidence: EvidenceLog

    var data: String { fixture.directory.path }
    /// Beside the data directory, which it does not hold.
    let outside: TemporaryDirectory
    var backup: String { outside.file("backup") }
    var restored: String { outside.file("restored") }

    /// - Parameter padding: bytes that each event has beside its own.
    init(events: Int = 3, padding: Int = 0) async throws {
        fixture = try LedgerFixture()
        outside = try TemporaryDirectory()
        evidence = try EvidenceLog(of: fixture.ledger, data: fixture.directory.path)
        _ = try fixture.ledger.keys.signingKeys()
        _ = try fixture.ledger.keys.sealer()
        let target = "192.0.2.1" + String(repeating: "x", count: padding)
        for number in 0..<events { try await fixture.submit("d\(number)", target: target) }
        _ = try await evidence.publishNow()
    }

    func submit(_ id: String) async throws {
        try await fixture.submit(id)
        _ = try await evidence.publishNow()
    }

    func close() async throws {
        await evidence.close()
        try await fixture.ledger.close()
    }

    /// - Parameter meanwhile: what happens at the first pause of the copy.
    @discardableResult
    func makeBackup(
        to target: String? = nil, meanwhile: (@Sendable () throws -> Void)? = nil
    ) throws -> BackupMaker.Report {
        let hasHappened = Mutex(false)
        let pace = Pace(bytesPerSecond: meanwhile == nil ? nil : 1) { _ in
            guard !hasHappened.withLock({ $0.exchange(true) }) else { return }
            try? meanwhile?()
        }
        return try BackupMaker(
            of: data, to: target ?? backup, version: "1.0.0", pace: pace, time: fixture.time
        ).run()
    }

    @discardableResult
    func restore(from source: String? = nil, replica: String? = nil) throws -> Restoration.Report {
        try Restoration(of: source ?? backup, replica: replica, to: restored, time: fixture.time).run()
    }

    /// Every file below a directory, with its mode in octal.
    static func files(in directory: String) throws -> [String: String] {
        let manager = FileManager.default
        let paths = try manager.subpathsOfDirectory(atPath: directory)
        let modes = try paths.map { path in
            let mode = try manager.attributesOfItem(atPath: "\(directory)/\(path)")[.posixPermissions] as? Int ?? 0
            return (path, String(mode, radix: 8))
        }
        return Dictionary(uniqueKeysWithValues: modes)
    }

    /// Changes a file as somebody with an editor would.
    static func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}

extension Bool {
    /// Takes the new value and gives back the old one.
    fileprivate mutating func exchange(_ new: Bool) -> Bool {
        defer { self = new }
        return self
    }
}
