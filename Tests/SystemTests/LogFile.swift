import EventLog
import Foundation
import GRDB

/// The log as an auditor reads it: with another program than the server, which may be running.
struct LogFile: Sendable {
    struct Event: Equatable {
        let position: Int
        let stream: String
        let version: Int
        let type: String
        let data: JSON
        let metadata: JSON

        var decisionID: String { data["decision_id"]?.stringValue ?? "" }
        var operatorID: String { data["operator_id"]?.stringValue ?? "" }
        var idempotencyKey: String? { metadata["idempotencykey"]?.stringValue }
    }

    let path: String

    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration).read(body)
    }

    /// All events but those about users, in the order of the log: every log begins with its first administrator.
    func events() throws -> [Event] {
        try allEvents().filter { !["user", "login", "access"].contains($0.stream.prefix { $0 != "/" }) }
    }

    /// All events in the order of the log.
    func allEvents() throws -> [Event] {
        try read { database in
            let sql = "SELECT position, stream, version, type, data, metadata FROM events ORDER BY position"
            return try Row.fetchAll(database, sql: sql).map { row in
                let (data, metadata): (String, String) = (row[4], row[5])
                return Event(
                    position: row[0], stream: row[1], version: row[2], type: row[3],
                    data: try JSONParser.parse(data), metadata: try JSONParser.parse(metadata))
            }
        }
    }

    /// Positions and versions without a gap, and pages that hold together.
    func isSound() throws -> Bool {
        var versions: [String: Int] = [:]
        for (index, event) in try allEvents().enumerated() {
            versions[event.stream, default: 0] += 1
            guard event.position == index + 1, event.version == versions[event.stream] else { return false }
        }
        return try read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok"
    }
}
