import EventLog

@testable import Identity

/// One event of each type, with every member set and unset, and the payload that stands for it in existing logs.
enum RecordedPayloads {
    struct Sample: Sendable, CustomStringConvertible {
        let type: String
        let payload: String
        let event: IdentityEvent
        let stream: String
        /// Who caused it.
        let actor: String

        var description: String { "\(type) \(payload)" }

        func recorded() -> RecordedEvent { RecordedPayloads.recorded(type, payload) }
    }

    static func recorded(_ type: String, _ payload: String) -> RecordedEvent {
        RecordedEvent(
            position: 7, stream: StreamName(text: "user/eve"), version: 3, type: type,
            id: EventID(at: .noon, random: 0), recordedAt: .noon, actor: "user:admin", data: Array(payload.utf8),
            metadata: "{}")
    }

    private static let noon = "2026-01-15T12:00:00.000000Z"
    private static let change = UserChange.byAdmin
    /// What every change begins with.
    private static let head = #"{"username":"eve","changed_by":"user:admin","changed_at":"\#(noon)""#

    private static let person = UserRegistered(
        username: "eve", email: "eve@example.com", fullName: "E \"V\" é", role: .analyst, rank: "soc_operator",
        passwordHash: "$scrypt$x", hasWellKnownPassword: false, credentialHash: nil, registeredBy: "user:admin",
        createdAt: .noon)

    private static let service = UserRegistered(
        username: "candi", email: "", fullName: "", role: .service, rank: "", passwordHash: nil,
        hasWellKnownPassword: false, credentialHash: "c0ffee", registeredBy: "system:command-line", createdAt: .noon)

    private static let administrator = UserRegistered(
        username: "admin", email: "admin@reactive-fabric.local", fullName: "System Administrator", role: .admin,
        rank: "ciso", passwordHash: "$scrypt$y", hasWellKnownPassword: true, credentialHash: nil,
        registeredBy: "system:first-start", createdAt: .noon)

    private static func user(_ type: String, _ payload: String, _ event: UserEvent) -> Sample {
        Sample(
            type: "user.\(type).v1", payload: payload, event: .user(event), stream: "user/\(event.username)",
            actor: event.actor)
    }

    private static func login(_ type: String, _ payload: String, _ event: LoginEvent) -> Sample {
        Sample(
            type: "login.\(type).v1", payload: payload, event: .login(event), stream: "login/l1", actor: "user:eve")
    }

    private static func access(_ type: String, _ payload: String, _ event: AccessEvent, actor: String) -> Sample {
        Sample(
            type: "access.\(type).v1", payload: payload, event: .access(event), stream: "access/all", actor: actor)
    }

    static let all = users + logins + accesses

    private static let users: [Sample] = [
        user(
            "registered",
            #"{"username":"eve","email":"eve@example.com","full_name":"E \"V\" é","role":"analyst","#
                + #""rank":"soc_operator","password_hash":"$scrypt$x","has_well_known_password":false,"#
                + #""credential_hash":null,"registered_by":"user:admin","created_at":"\#(noon)"}"#,
            .registered(person)),
        user(
            "registered",
            #"{"username":"candi","email":"","full_name":"","role":"service","rank":"","password_hash":null,"#
                + #""has_well_known_password":false,"credential_hash":"c0ffee","registered_by":"system:command-line","#
                + #""created_at":"\#(noon)"}"#,
            .registered(service)),
        user(
            "registered",
            #"{"username":"admin","email":"admin@reactive-fabric.local","full_name":"System Administrator","#
                + #""role":"admin","rank":"ciso","password_hash":"$scrypt$y","has_well_known_password":true,"#
                + #""credential_hash":null,"registered_by":"system:first-start","created_at":"\#(noon)"}"#,
            .registered(administrator)),
        user(
            "profile_changed", head + #","email":"e@x.org","full_name":"Eve","rank":"ciso"}"#,
            .profileChanged(change, email: "e@x.org", fullName: "Eve", rank: "ciso")),
        user("role_changed", head + #","role":"viewer"}"#, .roleChanged(change, role: .viewer)),
        user("activated", head + "}", .activated(change)), user("deactivated", head + "}", .deactivated(change)),
        user(
            "password_changed", head + #","password_hash":"$scrypt$z","is_well_known":true}"#,
            .passwordChanged(change, hash: "$scrypt$z", isWellKnown: true)),
        user(
            "password_rehashed", head + #","password_hash":"$scrypt$z"}"#,
            .passwordRehashed(change, hash: "$scrypt$z")),
        user("credential_changed", head + #","credential_hash":"cafe"}"#, .credentialChanged(change, hash: "cafe")),
        user(
            "second_factor_set_up", head + #","sealed_secret":"c2VhbGVk","backup_code_hashes":["a","b"]}"#,
            .secondFactorSetUp(change, sealedSecret: "c2VhbGVk", backupCodeHashes: ["a", "b"])),
        user(
            "second_factor_set_up", head + #","sealed_secret":"","backup_code_hashes":[]}"#,
            .secondFactorSetUp(change, sealedSecret: "", backupCodeHashes: [])),
        user("second_factor_enabled", head + #","step":58949280}"#, .secondFactorEnabled(change, step: 58_949_280)),
        user("code_used", head + #","step":58949281}"#, .codeUsed(change, step: 58_949_281)),
        user("backup_code_used", head + #","code_hash":"a"}"#, .backupCodeUsed(change, hash: "a")),
        user("second_factor_reset", head + "}", .secondFactorReset(change)),
    ]

    private static let logins: [Sample] =
        [LoginFactor.none, .code, .backupCode].map { factor in
            login(
                "opened",
                #"{"login_id":"l1","username":"eve","factor":"\#(factor.rawValue)","opened_at":"\#(noon)","#
                    + #""expires_at":"2026-01-22T12:00:00.000000Z"}"#,
                .opened(
                    LoginOpened(
                        loginID: "l1", username: "eve", factor: factor, openedAt: .noon, expiresAt: GivenLogin.end)))
        } + [
            login(
                "refreshed",
                #"{"login_id":"l1","username":"eve","generation":3,"expires_at":"2026-01-22T12:00:00.000000Z"}"#,
                .refreshed(loginID: "l1", username: "eve", generation: 3, expiresAt: GivenLogin.end)),
            login(
                "closed",
                #"{"login_id":"l1","username":"eve","reason":"logged_out","expires_at":"\#(noon)"}"#,
                .closed(LoginClosed(loginID: "l1", username: "eve", reason: .loggedOut, expiresAt: .noon))),
            login(
                "closed",
                #"{"login_id":"l1","username":"eve","reason":"refresh_token_reused","expires_at":"\#(noon)"}"#,
                .closed(LoginClosed(loginID: "l1", username: "eve", reason: .refreshTokenReused, expiresAt: .noon))),
        ]

    private static let stream =
        #""token":"t1","watcher":"user:eve","session_id":"s1","gateway":"http://127.0.0.1:3000""#
    private static let carried = CarriedStream(
        token: "t1", watcher: "user:eve", sessionID: "s1", gateway: "http://127.0.0.1:3000")

    private static let accesses: [Sample] = [
        access(
            "login_failed", #"{"username":"x' OR 1=1 --","reason":"invalid_credentials"}"#,
            .loginFailed(username: "x' OR 1=1 --", reason: .invalidCredentials), actor: "anonymous"),
        access(
            "login_failed", #"{"username":"eve","reason":"inactive"}"#,
            .loginFailed(username: "eve", reason: .inactive),
            actor: "anonymous"),
        access("code_refused", #"{"username":"eve"}"#, .codeRefused(username: "eve"), actor: "user:eve"),
        access(
            "permission_refused", #"{"username":"eve","operation":"GET /api/audit"}"#,
            .permissionRefused(username: "eve", operation: "GET /api/audit"), actor: "user:eve"),
        access("socket_opened", #"{"username":"eve"}"#, .socketOpened(username: "eve"), actor: "user:eve"),
        access("stream_opened", "{\(stream)}", .streamOpened(carried), actor: "user:eve"),
        access(
            "stream_closed", #"{\#(stream),"reason":"client_closed"}"#, .streamClosed(carried, reason: .clientClosed),
            actor: "user:eve"),
        access(
            "stream_closed", #"{\#(stream),"reason":"server_closed"}"#, .streamClosed(carried, reason: .serverClosed),
            actor: "user:eve"),
        access(
            "stream_closed", #"{\#(stream),"reason":"error"}"#, .streamClosed(carried, reason: .error),
            actor: "user:eve"),
    ]
}
