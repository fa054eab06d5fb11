import GRDB

/// The tables that count, so that nobody ever has to. Everything is added to what stands there.
extension Database {
    func add(
        _ count: Int, decisionsOf status: String, queueRank: Int, isQueued: Bool, isAnswered: Bool
    ) throws {
        try run(
            """
            INSERT INTO decision_counts VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """,
            [.text(status), .integer(queueRank), .flag(isQueued), .flag(isAnswered), .integer(count)])
    }

    func add(_ count: Int, answersOf answer: String, responseTime: Int64) throws {
        try run(
            """
            INSERT INTO answer_counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE
            SET count = count + excluded.count, response_time = response_time + excluded.response_time
            """,
            [.text(answer), .integer(count), .integer(responseTime)])
    }

    func add(_ count: Int, escalationsOf type: String) throws {
        try run(
            "INSERT INTO escalation_counts VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [.text(type), .integer(count)])
    }

    func addSubmissions(_ minutes: [Int64: Int]) throws { try add(minutes, to: "submissions") }

    func addRequests(_ minutes: [Int64: Int]) throws { try add(minutes, to: "requests") }

    private func add(_ minutes: [Int64: Int], to table: String) throws {
        guard !minutes.isEmpty else { return }
        let statement = try BoundStatement(
            "INSERT INTO \(table) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", in: self)
        for (minute, count) in minutes {
            statement.bind(minute)
            statement.bind(count)
            try statement.run()
        }
    }
}
