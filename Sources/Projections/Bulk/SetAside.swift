import GRDB

/// Indexes of a schema that are dropped while rows are written, and made after them.
struct SetAside {
    struct Item {
        let isUnique: Bool
        let name: String
        fileprivate let sql: String
    }

    private var items: [Item] = []
    private let database: Database

    /// Drops what is wanted gone.
    init(_ database: Database, _ isWanted: (Item) -> Bool) throws {
        self.database = database
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
        for row in rows {
            let sql: String = row[1]
            let item = Item(isUnique: sql.hasPrefix("CREATE UNIQUE"), name: row[0], sql: sql)
            guard isWanted(item) else { continue }
            try database.execute(sql: "DROP INDEX \(item.name.quotedDatabaseIdentifier)")
            items.append(item)
        }
    }

    /// Makes what is wanted back again.
    mutating func restore(_ isWanted: (Item) -> Bool = { _ in true }) throws {
        for item in items where isWanted(item) { try database.execute(sql: item.sql) }
        items.removeAll(where: isWanted)
    }
}
