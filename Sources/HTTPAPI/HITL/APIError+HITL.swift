import Governance
import HTTPTypes
import Identity
import Ledger

extension APIError {
    /// A refusal in the words of the HITL API (hitl-api 3.1).
    init(hitl error: CommandError) {
        switch error {
        case .refused(let refusal): self.init(hitl: refusal)
        case .refusedIdentity(let refusal): self.init(refusal)
        case .overloaded, .unavailable, .undecided, .damaged, .tooLarge: self.init(error)
        }
    }

    private init(hitl refusal: Refusal) {
        switch refusal {
        case .decisionNotFound: self.init(.notFound, detail: "Decision not found")
        case .decisionAlreadyResolved, .illegalTransition: self.init(.badRequest, detail: "Decision already made")
        case .decisionExists: self.init(.badRequest, detail: "Decision already exists")
        case .reasonRequired: self.init(.badRequest, detail: "Escalation reason required")
        case .notPermitted: self = .insufficientPermissions
        case .invalidSession, .queueFull, .idempotencyKeyReused: self.init(CommandError.refused(refusal))
        }
    }

    init(_ refusal: IdentityRefusal) {
        switch refusal {
        case .userExists: self.init(.badRequest, detail: "Username already registered")
        case .userNotFound: self.init(.notFound, detail: "User not found")
        case .wrongPassword: self = .wrongPassword
        case .inactiveUser: self = .inactiveUser
        case .wrongCode: self = .wrongCode
        case .lastAdministrator:
            self.init(
                .badRequest, detail: "The last active administrator stays one: make another user an admin before")
        case .isAService:
            self.init(.badRequest, detail: "A service has a credential instead of a password, and stays a service")
        case .notAService: self.init(.badRequest, detail: "Only a service has a credential")
        case .loginOver: self = .invalidCredentials
        }
    }

    static let wrongPassword = APIError(
        .unauthorized, detail: "Incorrect username or password", headers: [.wwwAuthenticate: "Bearer"])
    static let wrongCode = APIError(.unauthorized, detail: "Invalid 2FA code")
    static let overloaded = APIError(
        .serviceUnavailable, detail: "Too many passwords are being checked, try again in a second",
        headers: [.retryAfter: "1"])
}
