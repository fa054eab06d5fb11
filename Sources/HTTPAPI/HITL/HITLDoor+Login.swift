import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Ledger

extension HITLDoor {
    /// The OAuth2 password form (hitl-api 6.2).
    @Sendable func logIn(_ request: Request, _ context: FrontContext) async throws -> Response {
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        let (username, password) = try Self.credentials(FormBody(bytes, contentType: request.headers[.contentType]))
        let address = context.remoteAddress
        guard Self.shortened(username) == username else {
            await note(.loginFailed(username: Self.shortened(username), reason: .invalidCredentials), context)
            throw APIError.wrongPassword
        }
        try refuseGuessing(username, address)
        let user = ledger.accounts.user(username).flatMap { $0.role == .service ? nil : $0 }
        guard let (user, hash) = try await verified(user, password, username, address) else {
            await note(.loginFailed(username: username, reason: .invalidCredentials), context)
            throw APIError.wrongPassword
        }
        guard user.isActive else {
            await note(.loginFailed(username: username, reason: .inactive), context)
            throw APIError.inactiveUser
        }
        if user.secondFactor != nil { return try await temporaryToken(for: user) }
        let response = try await openLogin(user, hash, .none, context)
        try await renewHash(of: user, hash, password, context)
        return response
    }

    private static func credentials(_ form: FormBody) throws -> (username: String, password: String) {
        var issues: [ValidationIssue] = []
        if let grantType = form["grant_type"], grantType != "password" {
            issues.append(
                ValidationIssue(
                    type: "string_pattern_mismatch", location: ["body", "grant_type"],
                    message: "String should match pattern 'password'", input: .string(grantType),
                    context: ["pattern": "password"]))
        }
        for name in ["username", "password"] {
            guard let value = form[name] else {
                issues.append(.missing(["body", .string(name)], input: .null))
                continue
            }
            if value.unicodeScalars.contains("\0") {
                // The value is not repeated: it may be a password.
                issues.append(
                    .unusable("\(name) must not contain a NUL character", ["body", .string(name)], input: .null))
            }
        }
        guard issues.isEmpty, let username = form["username"], let password = form["password"] else {
            throw APIError(issues)
        }
        return (username, password)
    }

    /// - Throws: 429 where that name or that address has failed too often of late.
    func refuseGuessing(_ name: String, _ address: String?) throws(APIError) {
        guard let wait = identity.failures.wait(name: name, address: address, at: ledger.time.now()) else { return }
        throw .tooMany("Too many failed attempts", wait: wait)
    }

    /// The user and the hash that the password is right for; nil where it is not.
    ///
    /// An unknown name takes as long as a wrong password does.
    private func verified(
        _ user: UserState?, _ password: String, _ name: String, _ address: String?
    ) async throws -> (UserState, PasswordHash)? {
        do {
            let cost = identity.configuration.passwordCost
            return try await identity.desk.pool.run {
                // Many may have failed while this one waited.
                try refuseGuessing(name, address)
                if let user, let hash = user.passwordHash.flatMap({ PasswordHash(text: $0) }) {
                    if try hash.matches(password) { return (user, hash) }
                } else {
                    _ = try PasswordHash(of: password, cost: cost)
                }
                identity.failures.fail(name: name, address: address, at: ledger.time.now())
                return nil
            }
        } catch is HashingPool.Overloaded {
            throw APIError.overloaded
        }
    }

    /// Four bytes for each character of the longest name that somebody can have.
    private static let nameSizeBytesMax = 200

    /// Names that nobody can have are no longer than this in the record.
    private static func shortened(_ username: String) -> String {
        username.utf8.count > nameSizeBytesMax
            ? String(decoding: username.utf8.prefix(nameSizeBytesMax), as: UTF8.self) + "…" : username
    }

    /// Records what was tried. The answer is the same where it cannot be recorded.
    func note(_ event: AccessEvent, _ context: FrontContext) async {
        _ = try? await execute(.note(event), context)
    }

    /// A hash of another cost than is wanted by now is replaced while the password is at hand.
    private func renewHash(
        of user: UserState, _ hash: PasswordHash, _ password: String, _ context: FrontContext
    ) async throws {
        guard hash.cost != identity.configuration.passwordCost else { return }
        let new = try await identity.desk.hash(password)
        _ = try await execute(
            .user(user.username, .rehash(of: hash.text, to: new.text), by: "system:login"), context)
    }

    // MARK: Tokens

    /// Opens a login and answers with its tokens.
    func openLogin(
        _ user: UserState, _ hash: PasswordHash, _ factor: LogIn.Factor, _ context: FrontContext,
        message: String? = nil
    ) async throws -> Response {
        let loginID = UUID().uuidString.lowercased()
        let logIn = LogIn(
            loginID: loginID, username: user.username, passwordHash: hash.text, factor: factor,
            expiresAt: ledger.time.now() + identity.configuration.refreshTokenLife)
        _ = try await execute(.logIn(logIn), context)
        return try await tokens(for: user, loginID, generation: 0, message: message)
    }

    private func tokens(
        for user: UserState, _ loginID: String, generation: Int, message: String? = nil
    ) async throws -> Response {
        let now = ledger.time.now()
        let access = TokenClaims(
            .access, username: user.username, role: user.role.rawValue, issuedAt: now,
            expiresAt: now + identity.configuration.accessTokenLife, loginID: loginID)
        let refresh = TokenClaims(
            .refresh, username: user.username, issuedAt: now,
            expiresAt: now + identity.configuration.refreshTokenLife, loginID: loginID, generation: generation)
        return Self.tokenAnswer(
            access: try await identity.tokens.token(access, at: now),
            refresh: try await identity.tokens.token(refresh, at: now), requiresSecondFactor: false,
            life: identity.configuration.accessTokenLife, message: message)
    }

    private func temporaryToken(for user: UserState) async throws -> Response {
        let now = ledger.time.now()
        let claims = TokenClaims(
            .temporary, username: user.username, role: user.role.rawValue, issuedAt: now,
            expiresAt: now + identity.configuration.temporaryTokenLife)
        return Self.tokenAnswer(
            access: try await identity.tokens.token(claims, at: now), refresh: "", requiresSecondFactor: true,
            life: identity.configuration.temporaryTokenLife, message: nil)
    }

    private static func tokenAnswer(
        access: String, refresh: String, requiresSecondFactor: Bool, life: Interval, message: String?
    ) -> Response {
        // RFC 6749, section 5.1: no cache keeps a token.
        Response.object(headers: [.cacheControl: "no-store"]) { writer in
            writer.memberIfPresent("message", message)
            writer.member("access_token", access)
            writer.member("refresh_token", refresh)
            writer.member("token_type", "bearer")
            writer.member("requires_2fa", requiresSecondFactor)
            writer.member("expires_in", Int(life.seconds))
        }
    }

    // MARK: Refresh and logout

    /// Exchanges a refresh token for new tokens (hitl-api 14.4). One that comes back a second time ends the login.
    @Sendable func refresh(_ request: Request, _ context: FrontContext) async throws -> Response {
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        var reader = try BodyReader(bytes, isJSON: request.isJSON, as: .typed)
        let token = reader.requiredString("refresh_token")
        try reader.finish()
        let claims = try await authenticator.claims(of: token)
        guard claims.kind == .refresh, let loginID = claims.loginID, let generation = claims.generation else {
            throw APIError.invalidCredentials
        }
        let person = try authenticator.person(claims, token: token)
        let expiresAt = ledger.time.now() + identity.configuration.refreshTokenLife
        let receipt = try await execute(
            .refreshLogin(loginID, of: claims.username, generation: generation, expiresAt: expiresAt), context)
        let isOver = receipt.firstIdentity { if case .login(.closed) = $0 { true } else { nil } } ?? false
        guard !isOver else { throw APIError.invalidCredentials }
        // Of the next generation also where that is there already, and somebody has not heard of it.
        return try await tokens(for: person.user, loginID, generation: generation + 1)
    }

    /// Voids all tokens of the login (hitl-api 14.4).
    @Sendable func logOut(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        guard call.principal.kind == .person else {
            throw APIError(.badRequest, detail: "A service has no login to end: an administrator renews its credential")
        }
        let claims = try await authenticator.claims(of: call.token)
        let person = try authenticator.person(claims, token: call.token)
        _ = try await execute(
            .closeLogin(person.loginID, of: claims.username, expiresAt: claims.expiresAt), context)
        return Response.object { $0.member("message", "Logged out") }
    }
}
