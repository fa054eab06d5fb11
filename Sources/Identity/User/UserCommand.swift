import EventLog

/// What somebody wants to happen to a user.
///
/// Passwords, codes and secrets never come here: whoever asks has hashed, sealed or checked them already.
package enum UserCommand: Sendable {
    case register(Registration)
    case change(UserChanges)
    /// The password was right and its hash is of another cost than wanted.
    case rehash(of: String, to: String)
    case setUpSecondFactor(SecondFactor)
    /// The code of that time step was right for the secret that was set up, or for the one in force.
    case verifySecondFactor(sealedSecret: String, step: Int)
    case resetSecondFactor
    case renewCredential(hash: String)
}

package struct Registration: Sendable {
    package var email: String
    package var fullName: String
    package var role: Role
    package var rank: String
    package var secret: Secret

    /// What the user proves to be the one with.
    package enum Secret: Sendable {
        case password(PasswordHash, isWellKnown: Bool)
        /// SHA-256 of a credential, in hexadecimal.
        case credential(hash: String)
    }

    package init(email: String, fullName: String, role: Role, rank: String, secret: Secret) {
        self.email = email
        self.fullName = fullName
        self.role = role
        self.rank = rank
        self.secret = secret
    }
}

/// What to change; nil leaves a thing as it is.
package struct UserChanges: Sendable {
    package var email: String?
    package var fullName: String?
    package var rank: String?
    package var role: Role?
    package var isActive: Bool?
    package var password: (hash: PasswordHash, isWellKnown: Bool)?

    package init() {}
}
