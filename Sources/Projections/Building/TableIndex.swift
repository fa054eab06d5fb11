import GRDB

/// An index that the schema of a model makes by a statement of its own.
struct TableIndex {
    let name: String
    let isUnique: Bool
    private let sql: String

    static func all(in database: Database) throws -> [TableIndex] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
        )
        return rows.map { row in
            let sql: String = row[1]
            return TableIndex(name: row[0], isUnique: sql.hasPrefix("CREATE UNIQUE"), sql: sql)
        }
    }

    func drop(from database: Database) throws {
        try database.execute(sql: "DROP INDEX \(name.quotedDatabaseIdentifier)")
    }

    func make(in database: Database) throws {
        try database.execute(sql: sql)
    }
}
