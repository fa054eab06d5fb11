import GRDB

/// A part of a WHERE clause with its values.
struct AuditCondition {
    var sql: String
    var arguments: [any DatabaseValueConvertible]

    init(_ sql: String, _ arguments: [any DatabaseValueConvertible] = []) {
        self.sql = sql
        self.arguments = arguments
    }

    /// One of these numbers. Numbers come from our own tables, never from a caller.
    static func column(_ column: String, isIn numbers: [Int]) -> AuditCondition {
        if let number = numbers.first, numbers.count == 1 { return AuditCondition("\(column) = \(number)") }
        return AuditCondition("\(column) IN (\(numbers.map(String.init).joined(separator: ", ")))")
    }

    static func all(of conditions: [AuditCondition]) -> AuditCondition {
        guard !conditions.isEmpty else { return AuditCondition("1") }
        return AuditCondition(
            conditions.map { "(\($0.sql))" }.joined(separator: " AND "), conditions.flatMap(\.arguments))
    }
}
