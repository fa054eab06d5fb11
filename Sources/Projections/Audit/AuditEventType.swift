/// What an entry of the audit is about, in the words of governance-api 9 and, where it has none, in words like them.
///
/// The numbers stand in `audit.db`; those from 3 on are indexed there.
package enum AuditEventType: Int, Sendable, CaseIterable {
    case decisionCreated = 0
    case decisionQueued = 1
    case decisionApproved = 2
    case decisionRejected = 3
    case decisionEscalated = 4
    case decisionExecuted = 5
    case decisionFailed = 6
    case decisionWarned = 7
    case decisionTimedOut = 8
    case decisionCancelled = 9

    case sessionOpened = 20
    case sessionClosed = 21

    case logRestored = 30
    case letterSkipped = 31

    case userRegistered = 40
    case userProfileChanged = 41
    case userRoleChanged = 42
    case userActivated = 43
    case userDeactivated = 44
    case passwordChanged = 45
    case passwordRehashed = 46
    case credentialChanged = 47
    case secondFactorSetUp = 48
    case secondFactorEnabled = 49
    case secondFactorCodeUsed = 50
    case backupCodeUsed = 51
    case secondFactorReset = 52
    case loginOpened = 60
    case loginRefreshed = 61
    case loginClosed = 62
    case loginFailed = 70
    case codeRefused = 71
    case permissionRefused = 72
    case socketOpened = 73
    case streamOpened = 74
    case streamClosed = 75

    /// An event that this program does not know, or whose payload is damaged.
    case other = 99

    /// The first number that the index of rare types has.
    static let firstRare = AuditEventType.decisionRejected.rawValue

    /// The first number of what is about users and logins, which administrators alone may look at (hitl-api 14.4).
    package static let firstOfIdentity = AuditEventType.userRegistered.rawValue

    package var isAboutIdentity: Bool { rawValue >= Self.firstOfIdentity }

    /// As it stands on the wire.
    package var name: String {
        switch self {
        case .decisionCreated: "decision_created"
        case .decisionQueued: "decision_queued"
        case .decisionApproved: "decision_approved"
        case .decisionRejected: "decision_rejected"
        case .decisionEscalated: "decision_escalated"
        case .decisionExecuted: "decision_executed"
        case .decisionFailed: "decision_failed"
        case .decisionWarned: "decision_sla_warned"
        case .decisionTimedOut: "decision_timed_out"
        case .decisionCancelled: "decision_cancelled"
        case .sessionOpened: "session_opened"
        case .sessionClosed: "session_closed"
        case .userRegistered: "user_registered"
        case .userProfileChanged: "user_profile_changed"
        case .userRoleChanged: "user_role_changed"
        case .userActivated: "user_activated"
        case .userDeactivated: "user_deactivated"
        case .passwordChanged: "password_changed"
        case .passwordRehashed: "password_rehashed"
        case .credentialChanged: "credential_changed"
        case .secondFactorSetUp: "second_factor_set_up"
        case .secondFactorEnabled: "second_factor_enabled"
        case .secondFactorCodeUsed: "second_factor_code_used"
        case .backupCodeUsed: "backup_code_used"
        case .secondFactorReset: "second_factor_reset"
        case .loginOpened: "login_opened"
        case .loginRefreshed: "login_refreshed"
        case .loginClosed: "login_closed"
        case .loginFailed: "login_failed"
        case .codeRefused: "code_refused"
        case .permissionRefused: "permission_refused"
        case .socketOpened: "socket_opened"
        case .streamOpened: "stream_opened"
        case .streamClosed: "stream_closed"
        case .logRestored: "log_restored"
        case .letterSkipped: "dead_letter_skipped"
        case .other: "other"
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// Nil for a word that is none of the names.
    package init?(name: String) {
        guard let type = Self.byName[name] else { return nil }
        self = type
    }
}
