import GRDB

/// Indexes and triggers of a schema that are dropped while rows are written, and made after them.
struct SetAside {
    struct Item {
        let isTrigger: Bool
        let isUnique: Bool
        let name: String
        fileprivate let sql: String
    }

    private var items: [Item] = []
    private let database: Database

    /// Drops what is wanted gone.
    init(_ database: Database, _ isWanted: (Item) -> Bool) throws {
        self.database = database
        try drop(isWanted)
    }

    mutating func drop(_ isWanted: (Item) -> Bool) throws {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid
                """)
        for row in rows {
            let sql: String = row[2]
            let item = Item(
                isTrigger: row[0] as String == "trigger", isUnique: sql.hasPrefix("CREATE UNIQUE"), name: row[1],
                sql: sql)
            guard isWanted(item) else { continue }
            let kind = item.isTrigger ? "TRIGGER" : "INDEX"
            try database.execute(sql: "DROP \(kind) \(item.name.quotedDatabaseIdentifier)")
            items.append(item)
        }
    }

    /// Makes what is wanted back again.
    mutating func restore(_ isWanted: (Item) -> Bool = { _ in true }) throws {
        for item in items where isWanted(item) { try database.execute(sql: item.sql) }
        items.removeAll(where: isWanted)
    }
}
