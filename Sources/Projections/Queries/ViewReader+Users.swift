import EventLog
import GRDB
import Identity

extension ViewReader {
    package func user(_ username: String) throws -> UserRow? {
        let statement = try database.cachedStatement(sql: "SELECT \(UserRow.columns) FROM users WHERE username = ?")
        return try Row.fetchOne(statement, arguments: [username]).map { try UserRow(row: $0) }
    }

    /// All users, by name.
    package func users() throws -> [UserRow] {
        let statement = try database.cachedStatement(sql: "SELECT \(UserRow.columns) FROM users ORDER BY username")
        return try Array(Row.fetchCursor(statement).map { try UserRow(row: $0) })
    }

    package func userCount() throws -> Int {
        try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM users")) ?? 0
    }

    func login(_ loginID: String) throws -> LoginState? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(LoginState.columns) FROM logins WHERE login_id = ?")
        return try Row.fetchOne(statement, arguments: [loginID]).map { LoginState(row: $0) }
    }

    /// The logins that may still have tokens out there.
    package func logins(endingAfter moment: Timestamp) throws -> [LoginState] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(LoginState.columns) FROM logins WHERE expires_at >= ?")
        return try Array(Row.fetchCursor(statement, arguments: [moment.microseconds]).map { LoginState(row: $0) })
    }
}

/// A user as the views know one.
package struct UserRow: Sendable {
    package let state: UserState
    package let lastLogin: Timestamp?

    static let columns = """
        username, email, full_name, role, rank, is_active, password_hash, has_well_known_password, credential_hash,
        second_factor, pending_second_factor, tokens_valid_from, created_at, last_login, version
        """

    init(row: Row) throws {
        guard let role = Role(rawValue: row[3]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a user has an unknown role")
        }
        var state = UserState(
            UserRegistered(
                username: row[0], email: row[1], fullName: row[2], role: role, rank: row[4], passwordHash: row[6],
                hasWellKnownPassword: row[7], credentialHash: row[8], registeredBy: "",
                createdAt: Timestamp(microseconds: row[12])),
            version: row[14])
        state.isActive = row[5]
        state.secondFactor = try SecondFactor(text: row[9])
        state.pendingSecondFactor = try SecondFactor(text: row[10])
        state.tokensValidFrom = Timestamp(optional: row[11])
        self.state = state
        lastLogin = Timestamp(optional: row[13])
    }
}

extension LoginState {
    fileprivate static let columns =
        "login_id, username, opened_at, expires_at, generation, refreshed_at, is_closed, version"

    fileprivate init(row: Row) {
        self.init(
            loginID: row[0], username: row[1], openedAt: Timestamp(optional: row[2]),
            expiresAt: Timestamp(microseconds: row[3]), generation: row[4], refreshedAt: Timestamp(optional: row[5]),
            isClosed: row[6], version: row[7])
    }
}

extension SecondFactor {
    fileprivate init?(text: String?) throws {
        guard let text else { return nil }
        let object = try PayloadReader(Array(text.utf8))
        self.init(
            sealedSecret: try object.string("sealed_secret"), backupCodeHashes: try object.strings("backup_code_hashes"),
            lastStep: try object.int("last_step"))
    }
}
