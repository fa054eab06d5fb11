import EventLog
import GRDB
import Identity

/// One row a user: the fold of the user's stream, and the last login.
struct UsersProjection: Projection {
    static let name = "users"

    func apply(_ event: CommittedEvent, to database: Database) throws {
        switch event.identity {
        case .user(let user): try Self.fold(user, in: database)
        case .login(.opened(let opened)):
            try database.cachedStatement(sql: "UPDATE users SET last_login = ? WHERE username = ?")
                .execute(arguments: [opened.openedAt.microseconds, opened.username])
            guard database.changesCount == 1 else { throw ProjectionError.missingRow("user \(opened.username)") }
        case .login, .access, nil: break
        }
    }

    private static func fold(_ event: UserEvent, in database: Database) throws {
        let before = try ViewReader(database: database).user(event.username)
        guard let user = User.evolve(before?.state, event) else {
            throw ProjectionError.missingRow("user \(event.username)")
        }
        let values: [(any DatabaseValueConvertible)?] = [
            user.username, user.email, user.fullName, user.role.rawValue, user.rank, user.isActive, user.passwordHash,
            user.hasWellKnownPassword, user.credentialHash, user.secondFactor?.text, user.pendingSecondFactor?.text,
            user.tokensValidFrom?.microseconds, user.createdAt.microseconds, before?.lastLogin?.microseconds,
            user.version,
        ]
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: StatementArguments(values))
    }
}

extension SecondFactor {
    /// As it stands in a column.
    fileprivate var text: String {
        let object: JSON = [
            "sealed_secret": .string(sealedSecret), "last_step": .number(JSONNumber(lastStep)),
            "backup_code_hashes": .array(backupCodeHashes.map { .string($0) }),
        ]
        return object.text
    }
}
