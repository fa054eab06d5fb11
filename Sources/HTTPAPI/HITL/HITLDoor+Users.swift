import EventLog
import Hummingbird
import Identity
import Ledger
import Projections

extension HITLDoor {
    @Sendable func register(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var reader = try BodyReader(call.body, as: .typed)
        let username = Self.username(&reader)
        let email = Self.email(reader.requiredString("email"), &reader)
        let password = reader.requiredString("password")
        Self.judge(password: password, "password", &reader)
        let fullName = reader.requiredString("full_name")
        Self.judge(word: fullName, "full_name", &reader)
        let role = Self.role(&reader) ?? .analyst
        let rank = Self.rank(&reader) ?? UserRules.standardRank
        try reader.finish()
        let person = UserDesk.Person(
            username: username, email: email, fullName: fullName, role: role, rank: rank, password: password)
        try await managing {
            try await identity.desk.register(person, by: call.principal.actor, origin: origin(context))
        }
        return Response.object { writer in
            writer.member("message", "User registered successfully")
            writer.member("username", username)
        }
    }

    @Sendable func users(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        Response.json(.ok, try await UserList.json(of: ledger))
    }

    @Sendable func me(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        guard call.principal.kind != .local else {
            throw APIError(.badRequest, detail: "The command line is no user")
        }
        let name = call.principal.name
        guard let row = try await ledger.views.readBriefly({ try $0.user(name) }) else {
            throw APIError.invalidCredentials
        }
        return Response.object { writer in
            writer.member("username", row.state.username)
            writer.member("email", row.state.email)
            writer.member("full_name", row.state.fullName)
            writer.member("role", row.state.role.rawValue)
            writer.member("is_2fa_enabled", row.state.secondFactor != nil)
            writer.member("last_login", row.lastLogin)
        }
    }

    @Sendable func changeUser(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let username = try context.pathParameter("username")
        var reader = try BodyReader(call.body, as: .typed)
        var changes = UserChanges()
        changes.isActive = reader.optionalBool("is_active")
        changes.role = Self.role(&reader)
        if reader.object["full_name"] != nil {
            let fullName = reader.requiredString("full_name")
            Self.judge(word: fullName, "full_name", &reader)
            changes.fullName = fullName
        }
        if reader.object["email"] != nil { changes.email = Self.email(reader.requiredString("email"), &reader) }
        changes.rank = Self.rank(&reader)
        var password: String?
        if reader.object["password"] != nil {
            let text = reader.requiredString("password")
            Self.judge(password: text, "password", &reader)
            password = text
        }
        try reader.finish()
        try await managing { [changes, password] in
            try await identity.desk.change(
                username, changes, password: password, by: call.principal.actor, origin: origin(context))
        }
        guard let row = try await ledger.views.readBriefly({ try $0.user(username) }) else {
            throw APIError(IdentityRefusal.userNotFound(username))
        }
        return Response.object { row.members(to: &$0) }
    }

    /// A user's own password: the old one is asked for once more.
    @Sendable func changePassword(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var reader = try BodyReader(call.body, as: .typed)
        let current = reader.requiredString("current_password")
        let new = reader.requiredString("new_password")
        Self.judge(password: new, "new_password", &reader)
        try reader.finish()
        let name = call.principal.name
        try refuseGuessing(name, context.remoteAddress)
        try await managing {
            let hash = ledger.accounts.user(name)?.passwordHash.flatMap { PasswordHash(text: $0) }
            guard let hash, try await identity.desk.pool.run({ try hash.matches(current) }) else {
                identity.failures.fail(name: name, address: context.remoteAddress, at: ledger.time.now())
                throw APIError(
                    .unauthorized, detail: "Incorrect password", headers: [.wwwAuthenticate: "Bearer"])
            }
            try await identity.desk.change(
                name, UserChanges(), password: new, by: call.principal.actor, origin: origin(context))
        }
        return Response.object { $0.member("message", "Password changed: log in again") }
    }

    // MARK: Programs

    /// Registers a program; its credential is shown this once.
    @Sendable func registerService(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        var reader = try BodyReader(call.body, as: .typed)
        let name = Self.username(&reader)
        let description = reader.optionalString("description") ?? ""
        Self.judge(word: description, "description", &reader)
        try reader.finish()
        let credential = try await managing {
            try await identity.desk.registerService(
                name, description: description, by: call.principal.actor, origin: origin(context))
        }
        return Self.credentialAnswer("Service registered successfully", name, credential)
    }

    @Sendable func renewCredential(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let name = try context.pathParameter("username")
        let credential = try await managing {
            try await identity.desk.renewCredential(of: name, by: call.principal.actor, origin: origin(context))
        }
        return Self.credentialAnswer("Credential renewed, the old one is void", name, credential)
    }

    private static func credentialAnswer(_ message: String, _ name: String, _ credential: String) -> Response {
        Response.object(headers: [.cacheControl: "no-store"]) { writer in
            writer.member("message", message)
            writer.member("username", name)
            writer.member("credential", credential)
        }
    }

    // MARK: Keys

    /// A new signing key; tokens of the old one stay good until they expire.
    @Sendable func rotateKeys(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        guard identity.ownsKeys else {
            throw APIError(.conflict, detail: HITLWords.keysAreConfigured)
        }
        try ledger.keys.rotate(identity.keys, at: ledger.time.now())
        return Response.object { $0.member("message", "New tokens are signed with a new key") }
    }

    /// Runs something at the desk and says its refusals in the words of this door.
    private func managing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CommandError {
            throw APIError(hitl: error)
        } catch is HashingPool.Overloaded {
            throw APIError.overloaded
        }
    }

    // MARK: Fields

    private static func username(_ reader: inout BodyReader) -> String {
        let text = reader.requiredString("username")
        guard let value = reader.object["username"], value.stringValue != nil else { return text }
        if let fault = UserRules.fault(username: text) {
            reader.complain(fault, "username", input: value)
        }
        return text
    }

    private static func email(_ text: String, _ reader: inout BodyReader) -> String {
        guard let value = reader.object["email"], value.stringValue != nil else { return text }
        do {
            return try EmailAddress(text).text
        } catch {
            reader.complain(
                ValidationIssue(
                    type: "value_error", location: ["body", "email"],
                    message: "value is not a valid email address: \(error.reason)", input: value,
                    context: ["reason": .string(error.reason)]))
            return text
        }
    }

    /// The text is never repeated in a complaint: it may be a password that somebody uses elsewhere.
    private static func judge(password text: String, _ name: String, _ reader: inout BodyReader) {
        guard reader.object[name]?.stringValue != nil else { return }
        if let fault = PasswordRules.fault(text) {
            reader.complain(fault, name, input: .null)
        }
    }

    private static func judge(word text: String, _ name: String, _ reader: inout BodyReader) {
        if let fault = UserRules.fault(word: text) {
            reader.complain(fault, name, input: .string(text))
        }
    }

    /// A role of people; nil where none is given.
    private static func role(_ reader: inout BodyReader) -> Role? {
        guard let value = reader.object["role"] else { return nil }
        if let role = value.stringValue.flatMap(Role.init(rawValue:)), Role.people.contains(role) { return role }
        reader.complain(.notOneOf(Role.people.map(\.rawValue), ["body", "role"], input: value))
        return nil
    }

    private static func rank(_ reader: inout BodyReader) -> String? {
        guard let rank = reader.optionalString("rank") else { return nil }
        judge(word: rank, "rank", &reader)
        return rank
    }
}

extension BodyReader {
    /// Says in the words of this door what is wrong with a field of a user.
    fileprivate mutating func complain(_ fault: FieldFault, _ name: String, input: JSON) {
        let location: [JSON] = ["body", .string(name)]
        switch fault {
        case .tooShort(let lengthMin): complain(.tooShort(lengthMin, location, input: input))
        case .tooLong(let lengthMax): complain(.tooLong(lengthMax, location, input: input))
        case .unusable(let reason): complain(.unusable("\(name) \(reason)", location, input: input))
        }
    }
}
