import GRDB

/// A row that is made of an event.
protocol EventRow {
    static var insertion: RowInsertion { get }
    func bind(to row: BoundStatement)
}

/// The statements that insert one row, and several.
struct RowInsertion: Sendable {
    fileprivate static let batchSize = 8

    fileprivate let one: String
    fileprivate let batch: String

    /// - Parameters:
    ///   - table: its name, with those of the columns where not all are given.
    ///   - row: the values of a row, in parentheses.
    init(into table: String, _ row: String) {
        // A statement that fails may leave some of its rows: the transaction is taken back then. To take back the statement
        // alone SQLite would copy every page before it is changed.
        one = "INSERT OR FAIL INTO \(table) VALUES \(row)"
        batch = one + String(repeating: ", \(row)", count: Self.batchSize - 1)
    }
}

/// Rows that are inserted some at a time: to open a table with all its indexes, and to close them, costs more than a row.
struct EventRows<Row: EventRow> {
    private var one = EventStatement(Row.insertion.one)
    private var batch = EventStatement(Row.insertion.batch)
    private var waiting: [Row] = []

    /// Inserts the row, now or with the next ones.
    mutating func insert(_ row: Row, into database: Database) throws {
        waiting.append(row)
        guard waiting.count == RowInsertion.batchSize else { return }
        let statement = try batch(in: database)
        for row in waiting { row.bind(to: statement) }
        waiting.removeAll(keepingCapacity: true)
        try statement.run()
    }

    /// Inserts what is left: before rows are looked up, and at the end.
    mutating func flush(into database: Database) throws {
        guard !waiting.isEmpty else { return }
        let statement = try one(in: database)
        for row in waiting {
            row.bind(to: statement)
            try statement.run()
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
