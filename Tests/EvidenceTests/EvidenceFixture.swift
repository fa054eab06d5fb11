import EventLog
import Evidence
import Foundation
import Ledger
import Transparency
import VerdictTesting

/// A ledger with its evidence on a temporary directory, which can be closed and opened again.
struct EvidenceFixture: Sendable {
    private(set) var fixture: LedgerFixture
    private(set) var evidence: EvidenceLog
    private let configuration: EvidenceConfiguration

    init(_ configure: (inout EvidenceConfiguration) -> Void = { _ in }) throws {
        fixture = try LedgerFixture { $0.logger = .silent }
        var configuration = EvidenceConfiguration()
        configuration.logger = .silent
        configure(&configuration)
        self.configuration = configuration
        evidence = try EvidenceLog(of: fixture.ledger, data: fixture.directory.path, configuration: configuration)
    }

    var ledger: Ledger { fixture.ledger }

    func file(_ name: String) -> String { fixture.directory.file(name) }

    /// Appends plain events, all of them in one transaction.
    func append(_ count: Int, to stream: String = "test/1") throws {
        let events = (0..<count).map { number in
            NewEvent(
                id: EventID(at: fixture.time.now(), random: .random(in: .min ... .max)), type: "test.happened.v1",
                recordedAt: fixture.time.now(), actor: "agent:test", data: Array(#"{"number":\#(number)}"#.utf8),
                metadata: EventMetadata())
        }
        _ = try ledger.log.append([StreamAppend(StreamName(text: stream), expecting: .any, events)])
    }

    /// The root of the log as it stands in the database.
    func root(_ size: Int) throws -> MerkleHash {
        var range = CompactRange()
        for event in try ledger.log.read(from: 1, limit: size) { range.append(.leaf(event.entry)) }
        return range.root ?? .emptyTree
    }

    /// Closes everything and opens it again.
    ///
    /// - Parameter meanwhile: what happens to the files while nobody holds them.
    mutating func restart(meanwhile: (TemporaryDirectory) throws -> Void = { _ in }) async throws {
        await evidence.close()
        try await fixture.restart(meanwhile: meanwhile)
        evidence = try EvidenceLog(of: fixture.ledger, data: fixture.directory.path, configuration: configuration)
    }
}
