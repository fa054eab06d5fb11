import GRDB
import Migrations

/// A table, an index or a trigger, and the statement that made it.
struct SchemaItem: Hashable {
    let type: String
    let name: String
    let sql: String

    /// All but what SQLite and GRDB keep there for themselves.
    static func all(in database: Database) throws -> [SchemaItem] {
        try Row.fetchAll(database, sql: "SELECT type, name, sql FROM sqlite_master ORDER BY name").map { row in
            SchemaItem(type: row[0] ?? "", name: row[1] ?? "", sql: row[2] ?? "")
        }.filter { !$0.name.hasPrefix("sqlite_") && !$0.name.hasPrefix("grdb_") }
    }

    /// What the steps that a log has gone through make of an empty file.
    static func expected(asIn database: Database) throws -> [SchemaItem] {
        let applied = try SQLiteEventStore.migrator.appliedIdentifiers(database)
        var migrator = DatabaseMigrator()
        for migration in Migrations.events where applied.contains(migration.name) {
            migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) }
        }
        let model = try DatabaseQueue()
        try migrator.migrate(model)
        return try model.read { try all(in: $0) }
    }

    /// What is missing, what is there and should not be, and what is other than it should be.
    static func differences(_ found: [SchemaItem], _ expected: [SchemaItem]) -> [String] {
        let missing = expected.filter { item in !found.contains { $0.type == item.type && $0.name == item.name } }
        let changed = found.filter { item in
            expected.contains { $0.type == item.type && $0.name == item.name && $0.sql != item.sql }
        }
        let added = found.filter { item in
            !expected.contains { $0.type == item.type && $0.name == item.name }
        }
        return missing.map { "the \($0.type) \($0.name) is missing" }
            + changed.map { "the \($0.type) \($0.name) is not as verdict makes it" }
            + added.map { "the \($0.type) \($0.name) is none of verdict's" }
    }
}
