/// What a user may do (hitl-api 5). Where one stands in the escalation chain is another thing: the rank.
package enum Role: String, Sendable, CaseIterable {
    case admin, analyst, viewer
    /// A program, with a credential instead of a password.
    case service

    /// The roles of people.
    package static let people: [Role] = [.admin, .analyst, .viewer]

    package func may(_ permission: Permission) -> Bool {
        switch (self, permission) {
        case (.admin, _), (.analyst, .read), (.analyst, .answer), (.viewer, .read), (.service, .ask): true
        case (.analyst, _), (.viewer, _), (.service, _): false
        }
    }
}

/// One thing that somebody may or may not do.
package enum Permission: Sendable, CaseIterable {
    /// Look at everything.
    case read
    /// Decide.
    case answer
    /// Ask for decisions, and look at one by its name.
    case ask
    /// Manage users and the server.
    case administer
}
