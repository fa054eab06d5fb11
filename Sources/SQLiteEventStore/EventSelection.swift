import EventLog
import Foundation
import GRDB

/// Which events of a log somebody wants to see.
package struct EventSelection: Sendable, Hashable {
    /// The last position that counts; nil for the end of the log.
    package var to: Position?
    package var since: Timestamp?
    package var until: Timestamp?
    /// Types, or the beginnings of types where they end with a dot; none for all.
    package var types: [String] = []
    package var stream: StreamName?

    package init() {}

    /// The condition, with its arguments.
    func condition(from position: Position) -> (sql: String, arguments: StatementArguments) {
        var conditions = ["position >= ?"]
        var arguments: StatementArguments = [position]
        func require(_ condition: String, _ more: StatementArguments) {
            conditions.append(condition)
            arguments += more
        }
        if let to { require("position <= ?", [to]) }
        if let since { require("recorded_at >= ?", [since.microseconds]) }
        if let until { require("recorded_at <= ?", [until.microseconds]) }
        if let stream { require("stream = CAST(? AS TEXT)", [Data(stream.text.utf8)]) }
        if !types.isEmpty {
            let each = types.map { $0.hasSuffix(".") ? "substr(type, 1, length(?)) = ?" : "type IN (?, ?)" }
            require("(\(each.joined(separator: " OR ")))", StatementArguments(types.flatMap { [$0, $0] }))
        }
        return (conditions.joined(separator: " AND "), arguments)
    }
}
