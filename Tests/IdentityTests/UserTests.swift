import EventLog
import Identity
import Testing

/// The rules of a user: given these events, when this command, then those events or this refusal.
@Suite("Users")
struct UserTests {
    private static let change = UserChange.byAdmin

    // MARK: Registering

    @Test("a person is registered with the hash of a password, active and without a second factor")
    func person() throws {
        let hash = try PasswordHash.sample("first password").text
        let registered = UserRegistered(
            username: "eve", email: "eve@example.com", fullName: "Eve", role: .admin, rank: "soc_operator",
            passwordHash: hash, hasWellKnownPassword: true, credentialHash: nil, registeredBy: "user:admin",
            createdAt: .noon)
        let result = GivenUser().when(.register(try .person(.admin, isWellKnown: true)))
        #expect(result == .success([.registered(registered)]))
        let state = try #require(GivenUser([.registered(registered)]).state)
        #expect(state.isActive)
        #expect(state.hasWellKnownPassword)
        #expect(state.passwordHash == hash)
        #expect(state.secondFactor == nil && state.pendingSecondFactor == nil)
        #expect(state.tokensValidFrom == nil)
        #expect(state.version == 1)
    }

    @Test("a program is registered with the hash of a credential and no password")
    func service() throws {
        let state = try #require(try GivenUser.service().state)
        #expect(state.role == .service)
        #expect(state.passwordHash == nil)
        #expect(state.credentialHash == "c0ffee")
    }

    @Test("a name is taken for ever")
    func taken() throws {
        for given in [
            try GivenUser.registered(), try .service(), try .registered().and(.change(.init { $0.isActive = false })),
        ] {
            #expect(given.when(.register(try .person())) == .failure(.userExists("eve")))
            #expect(given.when(.register(.service)) == .failure(.userExists("eve")))
        }
    }

    static let commands: [UserCommand] = [
        .change(UserChanges()), .rehash(of: "a", to: "b"), .setUpSecondFactor(.first),
        .verifySecondFactor(sealedSecret: "x", step: 1), .resetSecondFactor, .renewCredential(hash: "x"),
    ]

    @Test("nothing happens to a user who is unknown", arguments: commands.indices)
    func unknown(index: Int) {
        #expect(GivenUser().when(Self.commands[index]) == .failure(.userNotFound("eve")))
    }

    @Test("an event before the registration makes no user")
    func eventWithoutRegistration() {
        #expect(User.evolve(nil, .activated(Self.change)) == nil)
    }

    // MARK: Changes

    @Test("only what differs is recorded")
    func changes() throws {
        let given = try GivenUser.registered()
        #expect(given.when(.change(UserChanges())) == .success([]))
        let same = UserChanges {
            $0.email = "eve@example.com"
            $0.fullName = "Eve"
            $0.rank = "soc_operator"
            $0.role = .analyst
            $0.isActive = true
        }
        #expect(given.when(.change(same)) == .success([]))
        #expect(
            given.when(.change(.init { $0.fullName = "E." }))
                == .success([
                    .profileChanged(Self.change, email: "eve@example.com", fullName: "E.", rank: "soc_operator")
                ]))
        #expect(
            given.when(.change(.init { $0.role = .viewer })) == .success([.roleChanged(Self.change, role: .viewer)]))
        #expect(given.when(.change(.init { $0.isActive = false })) == .success([.deactivated(Self.change)]))
    }

    @Test("several changes are one command, and the state is the sum of them")
    func together() throws {
        let hash = try PasswordHash.sample("second password")
        let changes = UserChanges {
            $0.email = "e@example.com"
            $0.role = .admin
            $0.rank = "ciso"
            $0.password = (hash, false)
            $0.isActive = false
        }
        let later = Timestamp.noon + .seconds(7)
        let state = try #require(try GivenUser.registered().and(.change(changes), at: later).state)
        #expect([state.email, state.fullName, state.rank] == ["e@example.com", "Eve", "ciso"])
        #expect(state.role == .admin)
        #expect(state.passwordHash == hash.text)
        #expect(!state.isActive)
        #expect(state.tokensValidFrom == later)
        #expect(state.version == 5)
    }

    @Test("a new password and a deactivation void the tokens; an activation, a role and a new hash do not")
    func tokens() throws {
        let later = Timestamp.noon + .seconds(7)
        let given = try GivenUser.registered()
        func validFrom(_ command: UserCommand) throws -> Timestamp? {
            try given.and(command, at: later).state?.tokensValidFrom
        }
        let hash = try PasswordHash.sample("second password")
        #expect(try validFrom(.change(.init { $0.password = (hash, false) })) == later)
        #expect(try validFrom(.change(.init { $0.isActive = false })) == later)
        #expect(try validFrom(.change(.init { $0.role = .viewer })) == nil)
        #expect(try validFrom(.change(.init { $0.rank = "ciso" })) == nil)
        let old = try #require(given.state?.passwordHash)
        #expect(try validFrom(.rehash(of: old, to: hash.text)) == nil)
        let again = try given.and(.change(.init { $0.isActive = false }), at: later)
            .and(.change(.init { $0.isActive = true }), at: later + .seconds(7))
        #expect(again.state?.isActive == true)
        #expect(again.state?.tokensValidFrom == later)
    }

    @Test("a new password says whether everybody knows it")
    func wellKnown() throws {
        let hash = try PasswordHash.sample("x")
        let given = try GivenUser().and(.register(try .person(.admin, isWellKnown: true)))
        #expect(try given.and(.change(.init { $0.password = (hash, false) })).state?.hasWellKnownPassword == false)
        #expect(try given.and(.change(.init { $0.password = (hash, true) })).state?.hasWellKnownPassword == true)
    }

    @Test("the last active administrator stays one, and an active one")
    func lastAdministrator() throws {
        let given = try GivenUser.registered(.admin)
        for change in [UserChanges { $0.isActive = false }, UserChanges { $0.role = .viewer }] {
            #expect(given.when(.change(change), otherAdministrators: 0) == .failure(.lastAdministrator))
            #expect((try? given.when(.change(change), otherAdministrators: 1).get())?.count == 1)
        }
        // What takes the right from nobody is permitted.
        let hash = try PasswordHash.sample("x")
        for change in [
            UserChanges { $0.fullName = "E" }, UserChanges { $0.role = .admin }, UserChanges { $0.isActive = true },
            UserChanges { $0.password = (hash, false) },
        ] {
            #expect((try? given.when(.change(change), otherAdministrators: 0).get()) != nil)
        }
        let inactive = try given.and(.change(.init { $0.isActive = false }))
        #expect((try? inactive.when(.change(.init { $0.role = .viewer }), otherAdministrators: 0).get()) != nil)
    }

    @Test("a person never becomes a program, nor a program a person")
    func kinds() throws {
        let hash = try PasswordHash.sample("x")
        for role in Role.people {
            #expect(try GivenUser.service().when(.change(.init { $0.role = role })) == .failure(.isAService("eve")))
        }
        #expect(
            try GivenUser.service().when(.change(.init { $0.password = (hash, false) })) == .failure(.isAService("eve"))
        )
        #expect(try GivenUser.registered().when(.change(.init { $0.role = .service })) == .failure(.isAService("eve")))
        #expect(try GivenUser.registered().when(.renewCredential(hash: "x")) == .failure(.notAService("eve")))
        #expect(
            try GivenUser.service().when(.renewCredential(hash: "x"))
                == .success([.credentialChanged(Self.change, hash: "x")]))
        #expect(try GivenUser.service().and(.renewCredential(hash: "x")).state?.credentialHash == "x")
    }

    @Test("a hash is renewed as long as it is the one that was checked")
    func rehash() throws {
        let given = try GivenUser.registered()
        let old = try #require(given.state?.passwordHash)
        #expect(given.when(.rehash(of: old, to: "new")) == .success([.passwordRehashed(Self.change, hash: "new")]))
        #expect(try given.and(.rehash(of: old, to: "new")).state?.passwordHash == "new")
        #expect(given.when(.rehash(of: "another", to: "new")) == .success([]))
    }

    // MARK: The second factor

    @Test("a factor that was set up counts once a code has proved it")
    func setUp() throws {
        let given = try GivenUser.registered().and(.setUpSecondFactor(.first))
        #expect(given.state?.secondFactor == nil)
        #expect(given.state?.pendingSecondFactor == .first)
        let verify = UserCommand.verifySecondFactor(sealedSecret: "first secret", step: 100)
        #expect(given.when(verify) == .success([.secondFactorEnabled(Self.change, step: 100)]))
        let state = try given.and(verify).state
        #expect(state?.secondFactor?.sealedSecret == "first secret")
        #expect(state?.secondFactor?.lastStep == 100)
        #expect(state?.secondFactor?.backupCodeHashes == ["a", "b", "c"])
        #expect(state?.pendingSecondFactor == nil)
    }

    @Test("setting up again replaces what was not proved, and leaves what is in force")
    func setUpAgain() throws {
        let given = try GivenUser.registered().and(.setUpSecondFactor(.first)).and(.setUpSecondFactor(.second))
        #expect(given.state?.pendingSecondFactor == .second)
        let first = UserCommand.verifySecondFactor(sealedSecret: "first secret", step: 100)
        #expect(given.when(first) == .failure(.wrongCode))

        let active = try GivenUser.withFactor().and(.setUpSecondFactor(.second))
        #expect(active.state?.secondFactor?.sealedSecret == "first secret")
        let second = UserCommand.verifySecondFactor(sealedSecret: "second secret", step: 90)
        let replaced = try active.and(second).state
        #expect(
            replaced?.secondFactor
                == SecondFactor(sealedSecret: "second secret", backupCodeHashes: ["d", "e"], lastStep: 90))
        #expect(replaced?.pendingSecondFactor == nil)
    }

    @Test("while another one is set up, the active factor goes on", arguments: [false, true])
    func codes(isSetUpAgain: Bool) throws {
        var given = try GivenUser.withFactor()
        if isSetUpAgain { given = try given.and(.setUpSecondFactor(.second)) }
        func verify(_ step: Int) -> UserCommand { .verifySecondFactor(sealedSecret: "first secret", step: step) }
        #expect(given.when(verify(101)) == .success([.codeUsed(Self.change, step: 101)]))
        // A step that was used, and one before it, are over.
        for step in [100, 99, 0] { #expect(given.when(verify(step)) == .failure(.wrongCode)) }
        let used = try given.and(verify(101))
        #expect(used.state?.secondFactor?.lastStep == 101)
        #expect(used.when(verify(101)) == .failure(.wrongCode))
        #expect(used.when(.verifySecondFactor(sealedSecret: "another", step: 200)) == .failure(.wrongCode))
    }

    @Test("a backup code that was used is gone, the others stay")
    func backupCodes() throws {
        let used = GivenUser(try GivenUser.withFactor().events + [.backupCodeUsed(Self.change, hash: "b")])
        #expect(used.state?.secondFactor?.backupCodeHashes == ["a", "c"])
    }

    @Test("a reset takes both, and is nothing where there is none")
    func reset() throws {
        #expect(try GivenUser.registered().when(.resetSecondFactor) == .success([]))
        for given in [
            try GivenUser.withFactor(), try .registered().and(.setUpSecondFactor(.first)),
            try .withFactor().and(.setUpSecondFactor(.second)),
        ] {
            #expect(given.when(.resetSecondFactor) == .success([.secondFactorReset(Self.change)]))
            let state = try given.and(.resetSecondFactor).state
            #expect(state?.secondFactor == nil && state?.pendingSecondFactor == nil)
        }
    }
}
