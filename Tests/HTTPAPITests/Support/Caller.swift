import Identity

/// Who makes a request: a user of each role, a program, the machine's own command line, or nobody known.
enum Caller: String, CaseIterable, Sendable {
    case admin, analyst, viewer, service, local, nobody

    /// The name that the caller logs in with, and that answers show.
    var username: String {
        switch self {
        case .admin: "ada"
        case .analyst: "ann"
        case .viewer: "vic"
        case .service: "candi"
        case .local, .nobody: ""
        }
    }

    /// As the log names the caller.
    var actor: String {
        switch self {
        case .admin, .analyst, .viewer: "user:\(username)"
        case .service: "agent:\(username)"
        case .local: "system:command-line"
        case .nobody: "anonymous"
        }
    }

    static let people: [Caller] = [.admin, .analyst, .viewer]

    var role: Role? {
        switch self {
        case .admin: .admin
        case .analyst: .analyst
        case .viewer: .viewer
        case .service: .service
        case .local, .nobody: nil
        }
    }
}
