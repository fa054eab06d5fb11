import EventLog

/// What has to be known of a user to decide the next command and to judge the next token: a fold of the user's stream.
package struct UserState: Sendable, Hashable {
    package var username: String
    package var email: String
    package var fullName: String
    package var role: Role
    /// The place in the escalation chain.
    package var rank: String
    package var isActive: Bool
    /// In PHC string format; nil for a service.
    package var passwordHash: String?
    /// Whether the password is the one that every installation begins with.
    package var hasWellKnownPassword: Bool
    /// SHA-256 of a service's credential in hexadecimal; nil for a person.
    package var credentialHash: String?
    package var secondFactor: SecondFactor?
    /// A second factor that was set up and not verified yet.
    package var pendingSecondFactor: SecondFactor?
    /// Tokens from before this moment are void; nil while none was ever voided.
    package var tokensValidFrom: Timestamp?
    package var createdAt: Timestamp
    /// The version of the stream that this state is a fold of.
    package var version: Int

    package init(_ registered: UserRegistered, version: Int) {
        username = registered.username
        email = registered.email
        fullName = registered.fullName
        role = registered.role
        rank = registered.rank
        isActive = true
        passwordHash = registered.passwordHash
        hasWellKnownPassword = registered.hasWellKnownPassword
        credentialHash = registered.credentialHash
        createdAt = registered.createdAt
        self.version = version
    }

    package func may(_ permission: Permission) -> Bool { isActive && role.may(permission) }
}

/// A generator of one-time codes that a user holds, and codes for the day on which it is lost.
package struct SecondFactor: Sendable, Hashable {
    /// Sealed: the log and the views never see the secret.
    package var sealedSecret: String
    /// In PHC string format, each used once.
    package var backupCodeHashes: [String]
    /// The time step of the last code that was used: neither it nor an earlier one is taken again.
    package var lastStep: Int

    package init(sealedSecret: String, backupCodeHashes: [String], lastStep: Int = 0) {
        self.sealedSecret = sealedSecret
        self.backupCodeHashes = backupCodeHashes
        self.lastStep = lastStep
    }
}
