import Identity
import Testing

/// What each role may do (hitl-api 5, contracts/README `ranks`).
@Suite("Roles")
struct RoleTests {
    static let table: [(role: Role, permissions: Set<Permission>)] = [
        (.admin, [.read, .answer, .ask, .administer]), (.analyst, [.read, .answer]), (.viewer, [.read]),
        (.service, [.ask]),
    ]

    @Test("a role may what the table says, and nothing else", arguments: table)
    func row(role: Role, permissions: Set<Permission>) {
        for permission in Permission.allCases {
            #expect(role.may(permission) == permissions.contains(permission), "\(role) \(permission)")
        }
    }

    @Test("the table has every role")
    func completeness() {
        #expect(Set(Self.table.map(\.role)) == Set(Role.allCases))
        #expect(Set(Role.people) == Set(Role.allCases).subtracting([.service]))
    }

    @Test("whoever is not active may nothing")
    func inactive() throws {
        let given = try GivenUser.registered(.admin).and(.change(.init { $0.isActive = false }))
        for permission in Permission.allCases { #expect(given.state?.may(permission) == false) }
    }
}
