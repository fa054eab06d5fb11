import EventLog
import Foundation
import Governance
import Identity

/// Who is there: users, their shifts, sessions and logins.
extension LogGenerator {
    /// How long a refresh token is good.
    private static let loginLifetime = Interval.hours(7 * 24)
    /// Shortly before an access token of 30 minutes ends.
    private static let renewal = Interval.minutes(28)
    private static let shift = Interval.hours(8)
    private static let hour = Interval.hours(1)

    // MARK: Users

    mutating func hireStaff() throws {
        // Everybody begins with the password that everybody knows: a made-up log protects nothing.
        let password = Registration.Secret.password(
            try PasswordHash(of: PasswordRules.wellKnown, cost: .standard, salt: random.bytes(16)), isWellKnown: true)
        administrator = register(
            "admin",
            Registration(
                email: "admin@reactive-fabric.local", fullName: "System Administrator", role: .admin, rank: "ciso",
                secret: password), by: "system:first-start")
        for program in Program.allCases {
            now = now + .seconds(3)
            let registration = Registration(
                email: "", fullName: "asks for decisions", role: .service, rank: "",
                secret: .credential(hash: Hex.text(random.bytes(32))))
            if let user = register(program.rawValue, registration, by: "user:admin") { services.append(user) }
        }
        for number in 0..<options.operators {
            now = now + .seconds(2)
            hire(number, password)
        }
    }

    private mutating func hire(_ number: Int, _ password: Registration.Secret) {
        let (round, place) = number.quotientAndRemainder(dividingBy: Phrases.firstNames.count)
        let name = Phrases.firstNames[place] + (round == 0 ? "" : String(round + 1))
        let registration = Registration(
            email: "\(name)@example.org", fullName: "\(name.capitalized) \(random.pick(Phrases.lastNames, else: ""))",
            role: .analyst, rank: Self.rank(ofOperator: number), secret: password)
        guard let user = register(name, registration, by: "user:admin") else { return }
        let roster = Person.Roster(hour: [6, 14, 6, 14, 22][number % 5], isWeekendToo: number % 7 < 3)
        staff.append(
            Person(
                user: user, roster: roster, logsIn: number % 3 == 2, wantsSecondFactor: number % 4 == 1,
                address: "10.30.\(number / 200).\(number % 200 + 10)"))
        planShift(of: staff.count - 1, from: Self.start)
    }

    private static func rank(ofOperator number: Int) -> String {
        switch number % 12 {
        case 3, 7: "soc_supervisor"
        case 9: "security_manager"
        case 11: "ciso"
        default: "soc_operator"
        }
    }

    private mutating func register(_ username: String, _ registration: Registration, by actor: String) -> UserState? {
        decide(.register(registration), on: username, in: nil, by: actor)
    }

    private mutating func decide(
        _ command: UserCommand, on username: String, in state: UserState?, by actor: String
    ) -> UserState? {
        let decided = User.decide(command, on: username, in: state, by: actor, otherAdministrators: 0, at: now)
        guard case .success(let events) = decided,
            record(events.map { .user($0) }, by: request(from: "10.30.0.2"), expecting: .exact(state?.version ?? 0))
        else { return nil }
        return events.reduce(state) { User.evolve($0, $1) }
    }

    // MARK: Shifts

    private mutating func planShift(of place: Int, from time: Timestamp) {
        let roster = staff[place].roster
        var day = time.microseconds / Self.shift.microseconds / 3
        // Whoever has the night shift begins the log in the middle of it.
        if time == Self.start, roster.hour == 22 {
            agenda.put(.shiftBegins(place), at: time + .seconds(random.draw(from: 120...300)))
            return
        }
        while true {
            let begin = Timestamp(microseconds: (day * 24 + Int64(roster.hour)) * Self.hour.microseconds)
            let isWeekend = day % 7 == 2 || day % 7 == 3
            if begin > time, !isWeekend || roster.isWeekendToo {
                return agenda.put(.shiftBegins(place), at: begin + .seconds(random.below(900)))
            }
            day += 1
        }
    }

    mutating func beginShift(of place: Int) {
        if staff[place].logsIn { logIn(place) } else { openSession(of: place) }
        let minutesEarly = random.draw(from: 2...25)
        agenda.put(.shiftEnds(place), at: now + Self.shift - .minutes(minutesEarly))
    }

    mutating func endShift(of place: Int) {
        // Some just go: what they have left open ends by itself.
        if let login = staff[place].login, random.percent(85) {
            decide(.close(expiresAt: login.expiresAt), onLogin: login.loginID, of: place)
        }
        staff[place].login = nil
        if let session = staff[place].session, random.percent(75) { decide(.close, on: session.sessionID, of: place) }
        planShift(of: place, from: now + .hours(1))
    }

    // MARK: Sessions

    private mutating func openSession(of place: Int) {
        let person = staff[place]
        let open = OpenSession(
            operatorID: person.operatorID, operatorName: person.user.fullName, operatorRole: person.user.rank,
            ipAddress: person.address, userAgent: random.pick(Phrases.agents, else: ""),
            metadata: JSONObject([.init(key: "console", value: .string("desk-\(place + 1)"))]))
        let sessionID = EventID(at: now, random: random.next()).text
        staff[place].session = nil
        guard let session = decide(.open(open), on: sessionID, of: place) else { return }
        agenda.put(
            .sessionExpires(sessionID, of: place),
            at: session.expiresAt + Interval(microseconds: Int64(1 + random.below(1_000_000))))
    }

    mutating func expire(_ sessionID: String, of place: Int) {
        guard staff[place].session?.sessionID == sessionID else { return }
        decide(.expire, on: sessionID, of: place)
    }

    @discardableResult
    private mutating func decide(_ command: SessionCommand, on sessionID: String, of place: Int) -> SessionState? {
        let before = staff[place].session
        var origin = EventMetadata()
        if case .expire = command {} else { origin = request(from: staff[place].address) }
        guard
            case .success(let events) = Session.decide(command, on: sessionID, in: before, policy: policy, at: now),
            record(events.map { .session($0) }, by: origin, expecting: before?.version ?? 0)
        else { return nil }
        let after = events.reduce(before) { Session.evolve($0, $1) }
        staff[place].session = after?.isClosed == true ? nil : after
        return after
    }

    // MARK: Logins

    private mutating func logIn(_ place: Int) {
        if random.percent(6) {
            note(.loginFailed(username: staff[place].user.username, reason: .invalidCredentials), from: place)
        }
        guard staff[place].user.isActive else {
            return note(.loginFailed(username: staff[place].user.username, reason: .inactive), from: place)
        }
        var factor = LoginFactor.none
        if let second = staff[place].user.secondFactor {
            guard useCode(of: place, second) else { return }
            factor = .code
        }
        let loginID = EventID(at: now, random: random.next()).text
        staff[place].login = nil
        let open = LoginCommand.open(factor: factor, expiresAt: now + Self.loginLifetime)
        guard decide(open, onLogin: loginID, of: place) != nil else { return }
        agenda.put(.tokensRenewed(loginID, of: place), at: now + Self.renewal)
        if staff[place].wantsSecondFactor, staff[place].user.secondFactor == nil {
            agenda.put(.secondFactor(place), at: now + .minutes(random.draw(from: 3...20)))
        }
        if random.percent(60) { note(.socketOpened(username: staff[place].user.username), from: place) }
    }

    mutating func renewTokens(_ loginID: String, of place: Int) {
        guard let login = staff[place].login, login.loginID == loginID else { return }
        let refresh = LoginCommand.refresh(generation: login.generation, expiresAt: now + Self.loginLifetime)
        decide(refresh, onLogin: login.loginID, of: place)
        agenda.put(.tokensRenewed(loginID, of: place), at: now + Self.renewal)
    }

    @discardableResult
    private mutating func decide(_ command: LoginCommand, onLogin loginID: String, of place: Int) -> LoginState? {
        let before = staff[place].login
        let username = staff[place].user.username
        guard case .success(let events) = Login.decide(command, on: loginID, of: username, in: before, at: now),
            record(
                events.map { .login($0) }, by: request(from: staff[place].address),
                expecting: .exact(before?.version ?? 0))
        else { return nil }
        let after = events.reduce(before) { Login.evolve($0, $1, at: now) }
        staff[place].login = after?.isClosed == true ? nil : after
        return after
    }

    // MARK: Second factors

    /// The number of the half minute, as a one-time code has it (RFC 6238).
    private var step: Int { Int(now.microseconds / 30_000_000) }

    mutating func proveSecondFactor(of place: Int) {
        guard staff[place].login != nil, staff[place].user.secondFactor == nil else { return }
        // Nobody has the secret, and nobody the codes.
        let factor = SecondFactor(
            sealedSecret: Hex.text(random.bytes(40)), backupCodeHashes: (0..<10).map { _ in Hex.text(random.bytes(16)) }
        )
        for command in [
            UserCommand.setUpSecondFactor(factor), .verifySecondFactor(sealedSecret: factor.sealedSecret, step: step),
        ] {
            change(place, command)
        }
    }

    private mutating func useCode(of place: Int, _ factor: SecondFactor) -> Bool {
        let username = staff[place].user.username
        if random.percent(4) { note(.codeRefused(username: username), from: place) }
        return change(place, .verifySecondFactor(sealedSecret: factor.sealedSecret, step: step))
    }

    /// Changes somebody who does it by himself.
    @discardableResult
    private mutating func change(_ place: Int, _ command: UserCommand) -> Bool {
        let user = staff[place].user
        guard let changed = decide(command, on: user.username, in: user, by: "user:\(user.username)") else {
            return false
        }
        staff[place].user = changed
        return true
    }

    // MARK: Beside the work

    private mutating func note(_ event: AccessEvent, from place: Int) {
        _ = record([IdentityEvent.access(event)], by: request(from: staff[place].address), expecting: .any)
    }

    mutating func visit() {
        agenda.put(.visit, at: now + .minutes(random.draw(from: 20...300)))
        let origin = request(from: "198.19.255.\(random.below(256))")
        let event: AccessEvent
        switch random.below(3) {
        case 0: event = .loginFailed(username: "root", reason: .invalidCredentials)
        case 1: event = .loginFailed(username: "admin", reason: .invalidCredentials)
        default:
            let name = staff.isEmpty ? "admin" : staff[random.below(staff.count)].user.username
            event = .permissionRefused(username: name, operation: "GET /api/audit")
        }
        _ = record([IdentityEvent.access(event)], by: origin, expecting: .any)
    }

    mutating func administer() {
        agenda.put(.administration, at: now + .hours(random.draw(from: 7...30)))
        guard !staff.isEmpty else { return }
        let place = random.below(staff.count)
        let user = staff[place].user
        var changes = UserChanges()
        switch user.isActive ? random.below(4) : 2 {
        case 0: changes.fullName = "\(user.username.capitalized) \(random.pick(Phrases.lastNames, else: ""))"
        case 1:
            changes.rank = random.pick(["soc_operator", "soc_supervisor", "security_manager"], else: "soc_operator")
        case 2: changes.isActive = !user.isActive
        default: return renewCredential()
        }
        guard let changed = decide(.change(changes), on: user.username, in: user, by: "user:admin") else { return }
        staff[place].user = changed
        if !changed.isActive { staff[place].login = nil }
    }

    private mutating func renewCredential() {
        guard !services.isEmpty else { return }
        let place = random.below(services.count)
        let command = UserCommand.renewCredential(hash: Hex.text(random.bytes(32)))
        let user = services[place]
        if let changed = decide(command, on: user.username, in: user, by: "user:admin") { services[place] = changed }
    }
}
