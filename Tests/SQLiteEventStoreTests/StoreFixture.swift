import EventLog
import GRDB
import SQLiteEventStore
import VerdictTesting

/// A log in its own temporary directory, which can also be looked at with SQL.
struct StoreFixture {
    let directory: TemporaryDirectory
    let store: SQLiteEventStore

    var path: String { directory.file("events.db") }

    init() throws {
        directory = try TemporaryDirectory()
        store = try SQLiteEventStore(path: directory.file("events.db"))
    }

    /// A second connection, as an auditor's tool or an attacker would open it.
    func otherConnection() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

extension StreamAppend {
    /// Events of the type `test.happened.v1` for `stream`, with these payloads.
    init(_ stream: String, expecting expected: ExpectedVersion = .any, _ payloads: String...) {
        self.init(StreamName(text: stream), expecting: expected, payloads.map { NewEvent($0) })
    }
}

extension NewEvent {
    init(_ payload: String = "{}", actor: String = "agent:test", metadata: EventMetadata = EventMetadata()) {
        let moment = Timestamp(microseconds: 1_768_478_400_000_001)
        self.init(
            id: EventID(at: moment, random: .random(in: .min ... .max)), type: "test.happened.v1", recordedAt: moment,
            actor: actor, data: Array(payload.utf8), metadata: metadata)
    }
}

extension RecordedEvent {
    var payload: String { String(decoding: data, as: UTF8.self) }
}
