import Projections

extension AuditFilter {
    /// The kinds of entries that this record speaks of, by its names for them.
    private static let kinds: [String: [AuditEventType]] = [
        "USER_CREATED": [.userRegistered],
        "USER_CHANGED": [
            .userProfileChanged, .userRoleChanged, .userActivated, .userDeactivated, .passwordChanged,
            .credentialChanged, .secondFactorReset,
        ],
        "2FA_SETUP": [.secondFactorSetUp], "2FA_ENABLED": [.secondFactorEnabled],
        "2FA_VERIFY_FAILED": [.codeRefused],
        "LOGIN_SUCCESS": [.loginOpened], "LOGIN_FAILED": [.loginFailed], "LOGOUT": [.loginClosed],
        "ACCESS_DENIED": [.permissionRefused], "WEBSOCKET_CONNECTED": [.socketOpened],
        "STREAM_OPENED": [.streamOpened], "STREAM_CLOSED": [.streamClosed],
        "DECISION_SUBMITTED": [.decisionCreated], "DECISION_MADE": [.decisionApproved, .decisionRejected],
        "DECISION_ESCALATED": [.decisionEscalated],
    ]

    /// What the index is asked: it finds everything that passes the filter, and may find more.
    var question: AuditQuestion {
        var question = AuditQuestion()
        question.from = since
        question.until = until
        // Of a name that nothing has nothing is found.
        question.eventTypes = event.map { Self.kinds[$0] ?? [.other] } ?? Self.kinds.values.flatMap(\.self)
        if let user {
            // The log has `user:ada` and `system:command-line`; here the first is `ada`, the second as it is.
            let name = user.split(separator: ":", maxSplits: 1).last.map(String.init) ?? user
            question.actorIDs = [user, name]
            if user == "unknown" { question.actorIDs.append(AuditActor.unnamedProgram.id) }
        }
        return question
    }
}
