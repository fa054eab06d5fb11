import EventLog

/// What happened to a user.
package enum UserEvent: Sendable, Hashable {
    case registered(UserRegistered)
    case profileChanged(UserChange, email: String, fullName: String, rank: String)
    case roleChanged(UserChange, role: Role)
    case activated(UserChange)
    case deactivated(UserChange)
    case passwordChanged(UserChange, hash: String, isWellKnown: Bool)
    /// The same password, hashed at another cost: no token is void for it.
    case passwordRehashed(UserChange, hash: String)
    /// A service got another credential; the old one is void.
    case credentialChanged(UserChange, hash: String)
    /// A second factor was set up; it counts once it is verified.
    case secondFactorSetUp(UserChange, sealedSecret: String, backupCodeHashes: [String])
    case secondFactorEnabled(UserChange, step: Int)
    case codeUsed(UserChange, step: Int)
    case backupCodeUsed(UserChange, hash: String)
    case secondFactorReset(UserChange)

    package var username: String {
        switch self {
        case .registered(let registered): registered.username
        case .profileChanged(let change, _, _, _), .roleChanged(let change, _), .activated(let change),
            .deactivated(let change), .passwordChanged(let change, _, _), .passwordRehashed(let change, _),
            .credentialChanged(let change, _), .secondFactorSetUp(let change, _, _),
            .secondFactorEnabled(let change, _), .codeUsed(let change, _), .backupCodeUsed(let change, _),
            .secondFactorReset(let change):
            change.username
        }
    }

    /// Who caused it: `user:admin`, `system:command-line`.
    package var actor: String {
        switch self {
        case .registered(let registered): registered.registeredBy
        case .profileChanged(let change, _, _, _), .roleChanged(let change, _), .activated(let change),
            .deactivated(let change), .passwordChanged(let change, _, _), .passwordRehashed(let change, _),
            .credentialChanged(let change, _), .secondFactorSetUp(let change, _, _),
            .secondFactorEnabled(let change, _), .codeUsed(let change, _), .backupCodeUsed(let change, _),
            .secondFactorReset(let change):
            change.changedBy
        }
    }
}

/// Whom an event is about, who caused it, and when.
package struct UserChange: Sendable, Hashable {
    package var username: String
    package var changedBy: String
    package var changedAt: Timestamp

    package init(username: String, changedBy: String, changedAt: Timestamp) {
        self.username = username
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

package struct UserRegistered: Sendable, Hashable {
    package var username: String
    package var email: String
    package var fullName: String
    package var role: Role
    package var rank: String
    package var passwordHash: String?
    package var hasWellKnownPassword: Bool
    package var credentialHash: String?
    package var registeredBy: String
    package var createdAt: Timestamp

    package init(
        username: String, email: String, fullName: String, role: Role, rank: String, passwordHash: String?,
        hasWellKnownPassword: Bool, credentialHash: String?, registeredBy: String, createdAt: Timestamp
    ) {
        self.username = username
        self.email = email
        self.fullName = fullName
        self.role = role
        self.rank = rank
        self.passwordHash = passwordHash
        self.hasWellKnownPassword = hasWellKnownPassword
        self.credentialHash = credentialHash
        self.registeredBy = registeredBy
        self.createdAt = createdAt
    }
}
