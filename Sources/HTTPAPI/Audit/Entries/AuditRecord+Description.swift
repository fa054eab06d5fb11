import EventLog
import Governance
import Identity
import Ledger
import Projections

extension AuditRecord {
    private static let errorLengthMax = 100

    /// The entry in a sentence.
    package var eventDescription: String {
        let who = row.author.id
        let action = submitted.map {
            "\($0.context.actionType.rawValue) on \($0.context.target.shortened(toJSONBytes: 256))"
        }
        let what = action ?? row.decisionID ?? "a decision"
        return switch row.type {
        case .decisionCreated: "\(who) proposes \(what) at \(row.riskLevel?.rawValue ?? "unknown") risk"
        case .decisionQueued: "\(what) waits for a person"
        case .decisionApproved: "\(who) approves \(what)"
        case .decisionRejected: "\(who) rejects \(what)"
        case .decisionEscalated: "\(escalator) hands \(what) up to \(escalated?.toRole ?? "somebody else")"
        case .decisionExecuted: "\(what) was executed"
        case .decisionFailed: "The execution of \(what) failed: \(failure)"
        case .decisionWarned: "Most of the time for \(what) is over"
        case .decisionTimedOut: "The deadline of \(what) has passed"
        case .decisionCancelled: "\(what) was cancelled"
        case .sessionOpened: "\(who) opens a session"
        case .sessionClosed: "A session ends"
        case .userRegistered: "\(who) registers the user \(username)"
        case .userProfileChanged: "\(who) changes the profile of \(username)"
        case .userRoleChanged: "\(who) changes the role of \(username)"
        case .userActivated: "\(who) activates \(username)"
        case .userDeactivated: "\(who) deactivates \(username)"
        case .passwordChanged: "\(who) changes the password of \(username)"
        case .passwordRehashed: "The password of \(username) is hashed at another cost"
        case .credentialChanged: "\(who) renews the credential of \(username)"
        case .secondFactorSetUp: "\(username) sets up a second factor"
        case .secondFactorEnabled: "\(username) proves the second factor"
        case .secondFactorCodeUsed: "\(username) uses a code of the second factor"
        case .backupCodeUsed: "\(username) uses a backup code"
        case .secondFactorReset: "\(who) resets the second factor of \(username)"
        case .loginOpened: "\(who) logs in"
        case .loginRefreshed: "\(who) gets new tokens"
        case .loginClosed: "\(who) logs out"
        case .loginFailed: "A login as \(who) fails"
        case .codeRefused: "A code of \(who) is refused"
        case .permissionRefused: "\(who) asks for what the role does not permit"
        case .socketOpened: "\(who) opens a live feed"
        case .streamOpened: "\(who) opens an event stream at a gateway"
        case .streamClosed: "An event stream of \(who) at a gateway ends"
        case .logRestored: "The log was restored from a backup"
        case .letterSkipped: "\(who) sets aside an event that read models could not take"
        case .other: "An event of type \(event.recorded.type)"
        }
    }

    private var escalated: DecisionEscalated? {
        if case .decision(.escalated(let escalated)) = event.governance { escalated } else { nil }
    }

    private var escalator: String { row.author == .escalationManager ? "The clock" : row.author.id }

    private var failure: String {
        guard case .decision(.executionFailed(_, let error)) = event.governance else { return "unknown" }
        return String(error.prefix(Self.errorLengthMax))
    }

    private var username: String {
        switch event.identity {
        case .user(let event): event.username
        case .login(let event): event.username
        case .access, nil: ""
        }
    }
}
