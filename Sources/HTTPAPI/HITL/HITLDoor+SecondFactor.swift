import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Ledger

extension HITLDoor {
    /// Makes a new second factor, which counts once it is verified; the one in force stays in force (hitl-api 6.3).
    @Sendable func setUpSecondFactor(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response
    {
        let username = call.principal.name
        guard let user = ledger.accounts.user(username) else { throw APIError.invalidCredentials }
        let secret = Random.bytes(OneTimeCode.secretSizeBytes)
        let codes = BackupCode.make()
        let cost = identity.configuration.passwordCost
        let hashes: [PasswordHash]
        do {
            hashes = try await identity.desk.pool.run { try BackupCode.hashes(of: codes, cost: cost) }
        } catch is HashingPool.Overloaded {
            throw APIError.overloaded
        }
        let factor = SecondFactor(
            sealedSecret: try identity.sealer.seal(secret, of: username), backupCodeHashes: hashes.map(\.text))
        _ = try await execute(.user(username, .setUpSecondFactor(factor), by: call.principal.actor), context)
        return Response.object(headers: [.cacheControl: "no-store"]) { writer in
            writer.member("secret", Base32.text(secret))
            writer.member("qr_code_url", OneTimeCode.address(of: secret, email: user.email))
            writer.array("backup_codes") { writer in for code in codes { writer.string(code) } }
        }
    }

    /// Checks a code: of a factor that was just set up, of the one in force, or after a password (hitl-api 6.4, 14.3).
    @Sendable func verifySecondFactor(_ request: Request, _ context: FrontContext) async throws -> Response {
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        let token = try Authenticator.bearer(of: request)
        if token.hasPrefix(ServiceCredential.prefix) {
            _ = try await authenticator.principal(ofToken: token)
            throw APIError.insufficientPermissions
        }
        let claims = try await authenticator.claims(of: token)
        guard claims.kind != .refresh else { throw APIError.invalidCredentials }
        let person = try authenticator.person(claims, token: token)
        let code = try Self.code(of: request, bytes, isTemporary: claims.kind == .temporary)
        try refuseGuessing(Self.limiterName(person.user), context.remoteAddress)
        do throws(APIError) {
            if claims.kind == .temporary {
                return try await logIn(person.user, code, context)
            }
            return try await verify(person, code, context)
        } catch {
            if error.isWrongCode {
                identity.failures.fail(
                    name: Self.limiterName(person.user), address: context.remoteAddress, at: ledger.time.now())
                await note(.codeRefused(username: person.user.username), context)
            }
            throw error
        }
    }

    /// Codes are guessed apart from passwords, and no name can hold a NUL.
    private static func limiterName(_ user: UserState) -> String { "\u{0}code of \(user.username)" }

    /// The code in the query; with a temporary token in the body too.
    private static func code(of request: Request, _ bytes: [UInt8], isTemporary: Bool) throws -> String {
        if let code = request.query("code") { return code }
        if isTemporary, !bytes.isEmpty {
            var reader = try BodyReader(bytes, isJSON: request.isJSON, as: .typed)
            let code = reader.requiredString("code")
            try reader.finish()
            return code
        }
        throw APIError([.missing(["query", "code"], input: .null)])
    }

    private func verify(
        _ person: Authenticator.Person, _ code: String, _ context: FrontContext
    ) async throws(APIError) -> Response {
        let user = person.user
        // Whoever has begun a new setup is told that it works by its own code alone.
        guard let factor = user.pendingSecondFactor ?? user.secondFactor else {
            throw APIError(.badRequest, detail: "2FA not set up")
        }
        guard let step = try step(of: code, factor, user) else { throw .wrongCode }
        _ = try await execute(
            .user(
                user.username, .verifySecondFactor(sealedSecret: factor.sealedSecret, step: step),
                by: person.principal.actor), context)
        return Response.object { $0.member("message", "2FA verified and enabled") }
    }

    /// The second half of a login.
    private func logIn(_ user: UserState, _ code: String, _ context: FrontContext) async throws(APIError) -> Response {
        guard let factor = user.secondFactor, let hash = user.passwordHash.flatMap({ PasswordHash(text: $0) }) else {
            throw APIError(.badRequest, detail: "2FA not set up")
        }
        do {
            let proof: LogIn.Factor
            if let step = try step(of: code, factor, user) {
                proof = .code(sealedSecret: factor.sealedSecret, step: step)
            } else if BackupCode.isOne(code), let backup = try await backupCode(code, factor) {
                proof = .backupCode(hash: backup)
            } else {
                throw APIError.wrongCode
            }
            return try await openLogin(user, hash, proof, context, message: "2FA verified")
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.internalServerError, detail: "Internal Server Error")
        }
    }

    private func backupCode(_ code: String, _ factor: SecondFactor) async throws -> String? {
        do {
            return try await identity.desk.pool.run {
                try BackupCode.hash(of: code, among: factor.backupCodeHashes)
            }
        } catch is HashingPool.Overloaded {
            throw APIError.overloaded
        }
    }

    /// The time step of which that is the code; nil where it is none.
    private func step(of code: String, _ factor: SecondFactor, _ user: UserState) throws(APIError) -> Int? {
        do {
            let secret = try identity.sealer.open(factor.sealedSecret, of: user.username)
            return OneTimeCode.step(of: code, from: secret, after: factor.lastStep, at: ledger.time.now())
        } catch {
            throw APIError(
                .internalServerError,
                detail: "The second factor cannot be read: its key is missing. An administrator can reset it")
        }
    }

    @Sendable func resetSecondFactor(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response
    {
        let username = try context.pathParameter("username")
        _ = try await execute(.user(username, .resetSecondFactor, by: call.principal.actor), context)
        return Response.object { $0.member("message", "2FA reset") }
    }
}

extension APIError {
    fileprivate var isWrongCode: Bool {
        if case .sentence("Invalid 2FA code") = detail { status == .unauthorized } else { false }
    }
}
