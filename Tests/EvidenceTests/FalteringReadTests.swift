import EventLog
import Ledger
import Synchronization
import Testing
import Transparency
import VerdictTesting

@testable import Evidence

@Suite("Reading the whole log before anything is signed")
struct FalteringReadTests {
    /// What came of it: how far a checkpoint reaches, and what went wrong.
    private static func outcome(ofFailures failures: Int) throws -> (size: Int?, errors: [String]) {
        let fixture = try LedgerFixture { $0.logger = .silent }
        let event = NewEvent(
            id: EventID(at: fixture.time.now(), random: 7), type: "test.happened.v1", recordedAt: fixture.time.now(),
            actor: "agent:test", data: Array("{}".utf8), metadata: EventMetadata())
        _ = try fixture.ledger.log.append([StreamAppend(StreamName(text: "test/1"), expecting: .any, [event])])
        let directory = EvidenceDirectory(data: fixture.directory.path)
        let queue = EvidenceQueue()
        queue.requestCheckpoint()
        queue.close()
        let size = Mutex<Int?>(nil)
        let errors = Mutex<[String]>([])
        EvidenceWriter(
            key: try directory.makeKey(), queue: queue, log: FalteringLog(fixture.ledger.log, failures: failures),
            directory: directory, published: nil, check: HistoryCheck([]), maySign: { true },
            publish: { publication in size.withLock { $0 = publication.checkpoint.size } },
            fail: { error in errors.withLock { $0.append("\(error)") } }
        ).run()
        return (size.withLock { $0 }, errors.withLock { $0 })
    }

    @Test("one read that fails is no damage")
    func once() throws {
        let (size, errors) = try Self.outcome(ofFailures: 1)
        #expect(size == 1)
        #expect(errors == [])
    }

    @Test("what two readings in a row say is believed, and nothing is signed")
    func twice() throws {
        let (size, errors) = try Self.outcome(ofFailures: 2)
        #expect(size == nil)
        #expect(errors.count == 1)
        #expect(errors.first?.contains("the log cannot be read whole") == true)
    }
}

/// A log of which the first reads fail as those of a damaged file do.
private final class FalteringLog: EventStore {
    private let log: any EventStore
    private let failures: Mutex<Int>

    init(_ log: any EventStore, failures: Int) {
        self.log = log
        self.failures = Mutex(failures)
    }

    var lastPosition: Position {
        get throws { try log.lastPosition }
    }

    func append(_ batch: [StreamAppend]) throws -> [RecordedEvent] { try log.append(batch) }

    func read(from position: Position, limit: Int) throws -> [RecordedEvent] {
        let mustFail = failures.withLock { left in
            defer { left -= 1 }
            return left > 0
        }
        if mustFail { throw EventStoreError.malformed("database disk image is malformed") }
        return try log.read(from: position, limit: limit)
    }

    func read(positions: [Position]) throws -> [Position: RecordedEvent] { try log.read(positions: positions) }

    func read(streams: [StreamName]) throws -> [StreamName: [RecordedEvent]] { try log.read(streams: streams) }

    func wake(_ callback: @escaping @Sendable (Position) -> Void) -> WakeToken { log.wake(callback) }
}
