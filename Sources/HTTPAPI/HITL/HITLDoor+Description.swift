import EventLog
import Governance
import HTTPTypes

/// What the operations of this door are, beside its `routes`.
extension HITLDoor {
    static var descriptions: [OperationDescription] {
        loginDescriptions + secondFactorDescriptions + userDescriptions + serviceDescriptions
            + decisionDescriptions(under: decisionBases[0], suffix: "")
            + decisionDescriptions(under: decisionBases[1], suffix: "Console") + oversightDescriptions
    }

    @OperationList private static var loginDescriptions: [OperationDescription] {
        OperationDescription(.post, "/api/auth/login", "logIn", .login, "Log in")
            .detail("The OAuth2 password form. With a second factor the answer is a temporary token for 2fa/verify.")
            .open(to: .everybody)
            .takes(.loginForm, as: "application/x-www-form-urlencoded").takes(.loginForm, as: "multipart/form-data")
            .writes()
            .refuses(.notAuthenticated, .tooManyRequests)
            .answers("The tokens.", .tokens, headers: [.cacheControl])
        OperationDescription(.post, "/api/auth/refresh", "refresh", .login, "Exchange a refresh token for new tokens")
            .detail("Each is good once: one that comes back a second time ends the login.")
            .open(to: .everybody).takes(.refreshRequest).writes().refuses(.notAuthenticated)
            .answers("The tokens.", .tokens, headers: [.cacheControl])
        OperationDescription(.post, "/api/auth/logout", "logOut", .login, "Void all tokens of the login")
            .open(to: .cleared(.anyone)).writes().answers("They are void.", .message)
        OperationDescription(.get, "/api/auth/me", "me", .login, "Who you are")
            .open(to: .cleared(.anyone)).answers("You.", .me)
        OperationDescription(.post, "/api/auth/password", "changePassword", .login, "Change your own password")
            .detail("Voids all your tokens.").open(to: .cleared(.person)).takes(.passwordChange).writes()
            .refuses(.notProved, .tooManyRequests)
            .answers("It is changed.", .message)
    }

    @OperationList private static var secondFactorDescriptions: [OperationDescription] {
        OperationDescription(.post, "/api/auth/2fa/setup", "setUpSecondFactor", .login, "Make a new second factor")
            .detail("It counts once it is verified; the one in force stays in force until then.")
            .open(to: .cleared(.person)).writes()
            .answers("Its secret and its backup codes, shown this once.", .secondFactor, headers: [.cacheControl])
        OperationDescription(.post, "/api/auth/2fa/verify", "verifySecondFactor", .login, "Check a code")
            .detail(
                "With an access token the code must stand in the query; with the temporary token of a login it may stand in the body, and the answer holds the tokens."
            )
            .open(to: .cleared(.person))
            .query("code", .string.example("123456"), "Six digits, or a backup code.")
            .takes(.codeRequest, isRequired: false).writes()
            .refuses(.notProved, .tooManyRequests)
            .answers("The code is right.", .verified)
    }

    @OperationList private static var userDescriptions: [OperationDescription] {
        OperationDescription(.post, "/api/auth/register", "register", .users, "Register a person")
            .open(to: .cleared(.administrator)).takes(.registration).writes()
            .answers("The person can log in.", .registered)
        OperationDescription(.get, "/api/auth/users", "users", .users, "All users")
            .open(to: .cleared(.administrator)).answers(
                "By name, without anything secret.", .list(of: .reference(.user)))
        OperationDescription(.patch, "/api/auth/users/:username", "changeUser", .users, "Change a user")
            .detail("The last active administrator stays one.")
            .open(to: .cleared(.administrator)).takes(.userChange).writes()
            .answers("The user as it is now.", .user)
        OperationDescription(
            .post, "/api/auth/users/:username/reset-2fa", "resetSecondFactor", .users, "Take a second factor away"
        )
        .open(to: .cleared(.administrator)).writes().answers("The password is enough now.", .message)
    }

    @OperationList private static var serviceDescriptions: [OperationDescription] {
        OperationDescription(.post, "/api/auth/services", "registerService", .users, "Register a program")
            .open(to: .cleared(.administrator)).takes(.serviceRegistration).writes()
            .answers("Its credential.", .credential, headers: [.cacheControl])
        OperationDescription(
            .post, "/api/auth/services/:username/credential", "renewCredential", .users,
            "A new credential for a program"
        )
        .open(to: .cleared(.administrator)).writes()
        .answers("The old one is void.", .credential, headers: [.cacheControl])
        OperationDescription(.post, "/api/auth/keys/rotate", "rotateKeys", .users, "A new signing key")
            .detail("Tokens of the old one stay good until they expire.")
            .open(to: .cleared(.administrator)).refuses(.conflict)
            .answers("New tokens are signed with it.", .message)
    }

    /// - Parameter suffix: tells the operations of the two prefixes apart.
    @OperationList private static func decisionDescriptions(under base: String, suffix: String)
        -> [OperationDescription]
    {
        OperationDescription(.post, "\(base)/submit", "submitAnalysis\(suffix)", .analyses, "Submit an analysis")
            .open(to: .cleared(.anyone)).takes(.analysis).writesOnce()
            .answers("It waits for an answer.", .submitted)
        OperationDescription(
            .get, "\(base)/pending", "pendingAnalyses\(suffix)", .analyses, "Analyses without an answer"
        )
        .open(to: .cleared(.analyst))
        .query("priority", .word(RiskLevel.priorities), "Only these.")
        .query("limit", .integer(1...pageMax).standard(.number(JSONNumber(pageDefault))), "How many to show.")
        .looksBack()
        .answers("Critical ones first, then by the time at which they arose.", .list(of: .reference(.storedAnalysis)))
        OperationDescription(.get, "\(base)/stats/summary", "statistics\(suffix)", .analyses, "Figures")
            .open(to: .cleared(.anyone)).looksBack()
            .answers("About questions and answers.", .statistics)
        analysis("\(base)/:analysis_id", "analysis\(suffix)", "One analysis, answered or not")
        analysis("\(base)/submit", "analysisNamedSubmit\(suffix)", "The analysis whose id is submit").refuses(.notFound)
        analysis("\(base)/stats", "analysisNamedStats\(suffix)", "The analysis whose id is stats").refuses(.notFound)
        OperationDescription(.post, "\(base)/:analysis_id/decide", "answerAnalysis\(suffix)", .analyses, "Answer")
            .detail(
                "Of several who try at once exactly one succeeds. An administrator may still decide what was escalated."
            )
            .open(to: .cleared(.analyst)).takes(.answerRequest).writesOnce()
            .answers("The answer.", .answer)
        OperationDescription(
            .get, "\(base)/:analysis_id/response", "response\(suffix)", .analyses, "The answer, once there is one"
        )
        .open(to: .cleared(.anyone))
        .query("wait", .count.standard(0), "Wait so many seconds for it, at most \(waitSecondsMax).")
        .looksBack()
        .answers("The answer.", .answer)
        OperationDescription(.post, "\(base)/:analysis_id/escalate", "escalateAnalysis\(suffix)", .analyses, "Hand up")
            .detail("The reason stands in the query, or else in the body.")
            .open(to: .cleared(.analyst))
            .query("escalation_reason", .string, "Why.").takes(.handUpRequest, isRequired: false).writesOnce()
            .answers("The answer.", .answer)
    }

    private static func analysis(_ path: String, _ operationID: String, _ summary: String) -> OperationDescription {
        OperationDescription(.get, path, operationID, .analyses, summary).looksBack()
            .open(to: .cleared(.anyone)).answers("The analysis.", .storedAnalysis)
    }

    @OperationList private static var oversightDescriptions: [OperationDescription] {
        OperationDescription(.get, "/api/status", "status", .oversight, "How the server does")
            .open(to: .cleared(.anyone)).answers("Figures.", .serverStatus)
        OperationDescription(.get, "/api/ws/stats", "socketStatistics", .oversight, "The live feed in figures")
            .detail("The feed itself is the WebSocket /ws/{username}.")
            .open(to: .cleared(.anyone)).answers("Figures.", .socketStatistics)
        OperationDescription(.get, "/api/audit", "audit", .oversight, "Who did what")
            .open(to: .cleared(.administrator))
            .query("event", .string.example("DECISION_MADE"), "Only this kind.")
            .query("user", .string, "Only what this one did.")
            .query("since", NamedSchema.time, "Not earlier.")
            .query("until", NamedSchema.time, "Not later.")
            .query(
                "limit", .count.standard(.number(JSONNumber(auditDefault))), "How many to show, at most \(auditMax)."
            )
            .answers("Newest first.", .list(of: .reference(.auditEntry)))
    }
}
