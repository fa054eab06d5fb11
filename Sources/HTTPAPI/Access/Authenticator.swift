import Crypto
import EventLog
import HTTPTypes
import Hummingbird
import Identity
import Ledger

/// Tells who makes a request: one validator for every door, stream and socket.
struct Authenticator: Sendable {
    let ledger: Ledger
    let identity: IdentityServices
    let recorder: AccessRecorder

    init(ledger: Ledger, identity: IdentityServices) {
        self.ledger = ledger
        self.identity = identity
        recorder = AccessRecorder(ledger: ledger)
    }

    /// The principal of a request with a normal token.
    ///
    /// - Throws: 401, or 400 for a user who is not active any more (hitl-api 3.1).
    func principal(of request: Request) async throws(APIError) -> Principal {
        try await principal(ofToken: Self.bearer(of: request))
    }

    /// The principal of a token who may do one of these things.
    ///
    /// - Throws: the same, and 403.
    func principal(ofToken token: String, having permissions: [Permission]) async throws(APIError) -> Principal {
        let principal = try await principal(ofToken: token)
        guard permissions.contains(where: principal.may) else { throw .insufficientPermissions }
        return principal
    }

    func principal(ofToken token: String) async throws(APIError) -> Principal {
        let principal = try await judged(token)
        if let wait = identity.calls.take(principal, at: ledger.time.now()) {
            throw .tooMany("Too many requests", wait: wait)
        }
        return principal
    }

    private func judged(_ token: String) async throws(APIError) -> Principal {
        if token.hasPrefix(ServiceCredential.prefix) { return try privileged(token) }
        let claims = try await claims(of: token)
        guard claims.kind == .access else { throw .invalidCredentials }
        return try person(claims, token: token).principal
    }

    /// The token of a request, whatever it is good for.
    static func bearer(of request: Request) throws(APIError) -> String {
        try bearer(in: request.headers[.authorization])
    }

    /// - Parameter header: the field `Authorization`.
    static func bearer(in header: String?) throws(APIError) -> String {
        guard let header else { throw .notAuthenticated }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard let scheme = parts.first, scheme.lowercased() == "bearer" else { throw .notAuthenticated }
        return parts.count == 2 ? parts[1].trimmingSpaces : ""
    }

    func claims(of token: String) async throws(APIError) -> TokenClaims {
        do throws(TokenFault) {
            return try await identity.tokens.claims(of: token, at: ledger.time.now())
        } catch {
            throw .invalidCredentials
        }
    }

    /// A token that was judged, with the user whom it speaks of.
    struct Person: Sendable {
        let user: UserState
        let principal: Principal
        /// The login of the token, or what stands for it where there is none.
        let loginID: String
    }

    /// The user of a token of any kind.
    ///
    /// - Throws: 401 for an unknown user or a login that is over, 400 for an inactive user.
    func person(_ claims: TokenClaims, token: String) throws(APIError) -> Person {
        guard let user = ledger.accounts.user(claims.username), user.role != .service else {
            throw .invalidCredentials
        }
        guard user.isActive else { throw .inactiveUser }
        let loginID = claims.loginID ?? Self.loginID(of: token)
        guard Self.isInForce(claims, of: user, loginID, ledger.accounts) else { throw .invalidCredentials }
        let accounts = ledger.accounts
        let time = ledger.time
        let principal = Principal(
            kind: .person, name: user.username, role: user.role, rank: user.rank, loginID: claims.loginID,
            expiresAt: claims.expiresAt
        ) {
            guard let user = accounts.user(claims.username), user.isActive, time.now() <= claims.expiresAt else {
                return false
            }
            return Self.isInForce(claims, of: user, loginID, accounts)
        }
        return Person(user: user, principal: principal, loginID: loginID)
    }

    /// Whether neither a logout nor a new password has voided the token.
    private static func isInForce(
        _ claims: TokenClaims, of user: UserState, _ loginID: String, _ accounts: Accounts
    ) -> Bool {
        let login = accounts.login(loginID)
        if login?.isClosed ?? false { return false }
        // A temporary token comes before its login.
        if claims.loginID != nil, login == nil || login?.username != user.username { return false }
        guard let validFrom = user.tokensValidFrom else { return true }
        if let openedAt = login?.openedAt { return openedAt >= validFrom }
        // A token tells its time in whole seconds.
        guard let issuedAt = claims.issuedAt else { return false }
        return issuedAt.microseconds / 1_000_000 >= validFrom.microseconds / 1_000_000
    }

    /// What stands for the login of a token that was made elsewhere with our key: its text, without the signature,
    /// which could be written in several ways.
    private static func loginID(of token: String) -> String {
        let signed = token.lastIndex(of: ".").map { token[..<$0] } ?? token[...]
        return "token-" + Hex.text(SHA256.hash(data: Array(signed.utf8)))
    }

    // MARK: Sockets

    /// The owner of a token on a WebSocket: a person, for the live feed is for people.
    ///
    /// - Parameter opening: where a new socket comes from; nil for a new token of one that is open.
    func socketIdentity(ofToken token: String, opening: Origin?) async throws(APIError) -> SocketIdentity {
        let principal = try await principal(ofToken: token)
        guard principal.kind == .person else { throw .invalidCredentials }
        if let opening { await recorder.record(.socketOpened(username: principal.name), opening) }
        return SocketIdentity(
            username: principal.name, expiresAt: principal.expiresAt, isStillValid: principal.isStillValid)
    }

    // MARK: Programs

    private func privileged(_ credential: String) throws(APIError) -> Principal {
        if let local = identity.localCredential,
            Array(local.utf8).elementsEqualInConstantTime(Array(credential.utf8))
        {
            return Principal(
                kind: .local, name: "", role: .admin, rank: "", loginID: nil, expiresAt: nil, isStillValid: { true })
        }
        let hash = ServiceCredential.hash(of: credential)
        guard let service = ledger.accounts.service(credentialHash: hash) else { throw .invalidCredentials }
        guard service.isActive else { throw .inactiveUser }
        let accounts = ledger.accounts
        return Principal(
            kind: .service, name: service.username, role: service.role, rank: service.rank, loginID: nil,
            expiresAt: nil, isStillValid: { accounts.service(credentialHash: hash)?.isActive ?? false })
    }
}

extension APIError {
    /// 429 with the time after which it is worth another try.
    static func tooMany(_ what: String, wait: Interval) -> APIError {
        let seconds = max(1, Int(wait.seconds.rounded(.up)))
        return APIError(
            .tooManyRequests, detail: "\(what), try again in \(seconds) seconds",
            headers: [.retryAfter: String(seconds)])
    }
}

// The words of hitl-api 3.1.
extension APIError {
    static let notAuthenticated = APIError(
        .unauthorized, detail: "Not authenticated", headers: [.wwwAuthenticate: "Bearer"])
    static let invalidCredentials = APIError(
        .unauthorized, detail: "Could not validate credentials", headers: [.wwwAuthenticate: "Bearer"])
    static let inactiveUser = APIError(.badRequest, detail: "Inactive user")
    static let insufficientPermissions = APIError(.forbidden, detail: "Insufficient permissions")
    static let administratorRequired = APIError(.forbidden, detail: "Admin access required")
}
