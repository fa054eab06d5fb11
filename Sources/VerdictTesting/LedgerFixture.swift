import EventLog
import Governance
import Ledger

/// A ledger on its own temporary directory and its own clock, which can be closed and opened again.
package struct LedgerFixture: Sendable {
    package let directory: TemporaryDirectory
    package let time: ManualTime
    private var open: OpenLedger
    private let configuration: LedgerConfiguration

    package init(_ configure: (inout LedgerConfiguration) -> Void = { _ in }) throws {
        directory = try TemporaryDirectory()
        time = ManualTime()
        var configuration = LedgerConfiguration()
        configuration.time = time
        configure(&configuration)
        self.configuration = configuration
        open = try OpenLedger(in: directory, configuration)
    }

    package var ledger: Ledger { open.ledger }

    /// Closes the ledger and opens it again on the same directory.
    ///
    /// - Parameter meanwhile: what happens to the files while nobody holds them.
    package mutating func restart(meanwhile: (TemporaryDirectory) throws -> Void = { _ in }) async throws {
        try await ledger.close()
        try meanwhile(directory)
        open = try OpenLedger(in: directory, configuration)
    }

    /// Opens a session and returns its id.
    @discardableResult
    package func openSession(
        _ operatorID: String = "alice@host", id: String = "session-1", role: String = "soc_operator"
    ) async throws -> String {
        _ = try await ledger.execute(.openSession(sessionID: id, Sample.openSession(operatorID, role: role)))
        return id
    }

    /// All events of the log, as their types.
    package func eventTypes(from position: Position = 1) throws -> [String] {
        try ledger.log.read(from: position, limit: 1_000_000).map(\.type)
    }
}

/// A ledger that is closed with the last reference to it: hundreds of tests in one process would run out of files.
private final class OpenLedger: Sendable {
    let ledger: Ledger
    private let directory: TemporaryDirectory

    init(in directory: TemporaryDirectory, _ configuration: LedgerConfiguration) throws {
        self.directory = directory
        ledger = try Ledger(directory: directory.path, configuration: configuration)
    }

    deinit {
        Task { [ledger, directory] in
            try? await ledger.close()
            withExtendedLifetime(directory) {}
        }
    }
}
