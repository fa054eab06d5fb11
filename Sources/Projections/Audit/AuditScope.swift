/// Where to look for the entries that a question asks for.
struct AuditScope {
    /// Entries that an index finds in the order of their places; no entry is in two branches.
    struct Branch {
        /// Nil for a look at entry after entry.
        let index: String?
        let condition: AuditCondition

        /// The table as this branch reads it.
        var source: String { index.map { "entries e INDEXED BY \($0)" } ?? "entries e NOT INDEXED" }
    }

    let branches: [Branch]
    /// What an entry of a branch must fulfil beside it.
    let rest: [AuditCondition]
    let places: ClosedRange<Int>

    /// Whether no look at entry after entry is needed.
    var isLedByIndex: Bool { branches.allSatisfy { $0.index != nil } }

    /// More are not looked at one by one: SQLite joins no more than 500.
    private static let branchesMax = 128

    init(branches: [Branch], rest: [AuditCondition], places: ClosedRange<Int>) {
        self.branches = branches
        self.rest = rest
        self.places = places
    }

    /// A branch for each number of a column, or one for all where there are very many.
    static func branches(_ index: String, _ column: String, _ numbers: [Int]) -> [Branch] {
        guard numbers.count <= branchesMax else {
            return [Branch(index: index, condition: .column("e.\(column)", isIn: numbers))]
        }
        return numbers.map { Branch(index: index, condition: .column("e.\(column)", isIn: [$0])) }
    }

    /// The places in order, at most so many.
    ///
    /// - Parameters:
    ///   - more: what they have to fulfil beside the scope.
    ///   - places: those that count.
    func select(
        more: [AuditCondition], places: ClosedRange<Int>, isDescending: Bool, limit: Int
    ) -> AuditCondition {
        let tail = "ORDER BY place \(isDescending ? "DESC" : "ASC") LIMIT \(limit)"
        let selects = branches.map { branch in
            let bounds = AuditCondition("e.place BETWEEN \(places.lowerBound) AND \(places.upperBound)")
            let condition = AuditCondition.all(of: [branch.condition, bounds] + rest + more)
            return AuditCondition(
                "SELECT e.place AS place FROM \(branch.source) WHERE \(condition.sql) \(tail)", condition.arguments)
        }
        if let only = selects.first, selects.count == 1 { return only }
        let union = selects.map { "SELECT place FROM (\($0.sql))" }.joined(separator: " UNION ALL ")
        return AuditCondition("SELECT place FROM (\(union)) \(tail)", selects.flatMap(\.arguments))
    }

    /// Any entry of the scope, for a look that is led by something else than places.
    var condition: AuditCondition {
        let bounds = AuditCondition("+e.place BETWEEN \(places.lowerBound) AND \(places.upperBound)")
        let any = AuditCondition(
            branches.map { "(\($0.condition.sql))" }.joined(separator: " OR "), branches.flatMap(\.condition.arguments))
        return .all(of: [bounds, any] + rest)
    }
}
