import EventLog
import HTTPTypes
import Hummingbird
import Identity
import Ledger

/// The door for auditors: who did what when and why, the story of a decision, and the report of a period
/// (governance-api 9).
struct AuditDoor: Sendable {
    let ledger: Ledger
    let authenticator: Authenticator

    static let base = "/api/v1/audit"

    func trail(_ reading: Reading) -> AuditTrail {
        AuditTrail(source: ledger.audit, log: ledger.log, asOf: reading.position)
    }

    var routes: [Route] {
        [
            // Where a sibling service has its own (governance-api 9).
            .get(Self.base, events).needing(.read),
            .get("\(Self.base)/events", events).needing(.read),
            .get("\(Self.base)/decisions/:decision_id", decision).needing(.read),
            .get("\(Self.base)/report", report).needing(.read),
            .get("\(Self.base)/sla", slaMonths).needing(.read),
        ]
    }

    // MARK: Who asks

    /// What a caller may see beside what everybody sees.
    struct Clearance: Sendable {
        /// What is about users and logins (hitl-api 14.4: administrators).
        let seesIdentity: Bool
        let redacts: Bool
    }

    /// Personal data is shown to administrators alone, and only to those who ask for it: where the door is open too, a
    /// token has to prove it.
    func clearance(of request: Request, _ context: FrontContext) async throws -> Clearance {
        let redacts = try Self.redacts(request)
        let principal: Principal? =
            if let known = context.principal {
                known
            } else if redacts {
                // The door is open: a token that proves nothing changes nothing.
                try? await authenticator.principal(of: request)
            } else {
                try await authenticator.principal(of: request)
            }
        let isAdministrator = principal?.may(.administer) ?? false
        if !redacts, !isAdministrator { throw APIError.administratorRequired }
        return Clearance(seesIdentity: isAdministrator, redacts: redacts)
    }

    private static func redacts(_ request: Request) throws(APIError) -> Bool {
        guard let text = request.query("redact"), !text.isEmpty else { return true }
        switch text.lowercased() {
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: throw APIError([.notOneOf(["true", "false"], ["query", "redact"], input: .string(text))])
        }
    }

    // MARK: Trouble

    /// Runs what reads the index; what it cannot answer now it may answer soon.
    static func answering<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as AuditIndexError {
            throw APIError(.serviceUnavailable, detail: "\(error)", headers: [.retryAfter: "1"])
        } catch EventStoreError.unavailable(let reason), EventStoreError.malformed(let reason) {
            throw APIError(
                .serviceUnavailable, detail: "The log cannot be read now: \(reason)", headers: [.retryAfter: "1"])
        }
    }
}
