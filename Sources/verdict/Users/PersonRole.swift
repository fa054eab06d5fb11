import ArgumentParser
import Identity

/// The role of a person, on the command line: a program is registered with `--service`.
struct PersonRole: ExpressibleByArgument, Sendable, Hashable {
    let role: Role

    init?(argument: String) {
        guard let role = Role(rawValue: argument), Role.people.contains(role) else { return nil }
        self.role = role
    }

    static var allValueStrings: [String] { Role.people.map(\.rawValue) }
}
