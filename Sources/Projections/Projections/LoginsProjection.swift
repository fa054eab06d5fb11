import EventLog
import GRDB
import Identity

/// One row a login: the fold of its stream.
struct LoginsProjection: Projection {
    static let name = "logins"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        guard case .login(let login) = event.identity else { return }
        let before = try ViewReader(database: database).login(login.loginID)
        guard let state = Login.evolve(before, login, at: event.recorded.recordedAt) else {
            throw ProjectionError.missingRow("login \(login.loginID)")
        }
        let values: [(any DatabaseValueConvertible)?] = [
            state.loginID, state.username, state.openedAt?.microseconds, state.expiresAt.microseconds, state.generation,
            state.refreshedAt?.microseconds, state.isClosed, state.version,
        ]
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO logins VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: StatementArguments(values))
    }
}
