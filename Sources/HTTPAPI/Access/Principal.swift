import EventLog
import Identity

/// Who makes a request, once that is proved.
struct Principal: Sendable {
    enum Kind: Sendable {
        case person
        case service
        /// The command line of the machine itself, which reads the server's own secret.
        case local
    }

    let kind: Kind
    let name: String
    let role: Role
    /// The place in the escalation chain.
    let rank: String
    /// Nil for a token that nobody has logged in for.
    let loginID: String?
    /// When the proof ends; nil for a service.
    let expiresAt: Timestamp?
    /// Whether the proof would be accepted again: by a moment later a login may be over and a user gone.
    let isStillValid: @Sendable () -> Bool

    /// As the log names it.
    var actor: String {
        switch kind {
        case .person: "user:\(name)"
        case .service: "agent:\(name)"
        case .local: "system:command-line"
        }
    }

    func may(_ permission: Permission) -> Bool {
        switch kind {
        // It has no name, so it decides nothing.
        case .local: permission != .answer
        case .person, .service: role.may(permission)
        }
    }
}
