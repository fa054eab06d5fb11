import EventLog
import GRDB

/// All rows of a file of read models as JSON: an object with an array a table, one row a line. What the file says of itself
/// is left out.
enum ViewsDump {
    static func text(of path: String) throws -> String {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let tables = try queue.read { database in
            let names = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'slot' ORDER BY name
                    """)
            return try names.map {
                "\(JSON.string($0).text):[\n\(try rows(of: $0, in: database).joined(separator: ",\n"))]"
            }
        }
        return "{\(tables.joined(separator: ",\n"))}\n"
    }

    private static func rows(of table: String, in database: Database) throws -> [String] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { row in
            JSON.object(JSONObject(row.map { JSONObject.Member(key: $0.0, value: json($0.1)) })).text
        }
        // Some tables have no order of their own.
        return rows.sorted()
    }

    private static func json(_ value: DatabaseValue) -> JSON {
        switch value.storage {
        case .null: .null
        case .int64(let number): .number(JSONNumber(Int(number)))
        case .double(let number): .number(JSONNumber(number))
        case .string(let text): .string(text)
        case .blob(let data): .string(Hex.text(data))
        }
    }
}
