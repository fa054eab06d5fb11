/// The table of all settings: flags, environment, file, help and the report at the start read it from here.
extension Setting {
    static let host = Setting(
        "host", environment: ["VERDICT_HOST"], default: "127.0.0.1",
        help: "The address to listen on.")
    static let port = Setting(
        "port", environment: ["VERDICT_PORT", "HITL_PORT"], default: "8001",
        help: "The port to listen on; 0 takes a free one.")
    static let data = Setting(
        "data", environment: ["VERDICT_DATA"], default: "./verdict-data",
        help: "The directory with the log and everything else that is kept; made where there is none.")
    static let insecure = Setting(
        "insecure", environment: ["VERDICT_INSECURE"], default: "false",
        help: "Permit listening on another than a loopback address without authentication.")
    static let auth = Setting(
        "auth", environment: ["VERDICT_AUTH"], default: "open",
        help: """
            Who may use the Governance API: open (everybody who reaches the port) or required (whoever has a token). The \
            HITL API always wants a token.
            """)
    static let secretKey = Setting(
        "secret-key", environment: ["VERDICT_SECRET_KEY", "HITL_SECRET_KEY"], default: "", isSecret: true,
        help: "The key that tokens are signed with; without it the server makes one and keeps it with its data.")
    static let previousSecretKey = Setting(
        "previous-secret-key", environment: ["VERDICT_PREVIOUS_SECRET_KEY", "HITL_PREVIOUS_SECRET_KEY"], default: "",
        isSecret: true, help: "The key before it, whose tokens are still good.")
    static let adminPassword = Setting(
        "admin-password", environment: ["VERDICT_ADMIN_PASSWORD", "HITL_ADMIN_PASSWORD"], default: "", isSecret: true,
        help: "What the first administrator begins with, instead of the password that everybody knows.")
    static let passwordCost = Setting(
        "password-cost", environment: ["VERDICT_PASSWORD_COST"], default: "14",
        help: "The work that a password costs who guesses it: N of scrypt as a power of two; one more doubles it.")
    static let accessTokenMinutes = Setting(
        "access-token-minutes", environment: ["VERDICT_ACCESS_TOKEN_MINUTES"], default: "30",
        help: "How long an access token is good, in minutes.")
    static let failuresPerName = Setting(
        "login-failures-per-name", environment: ["VERDICT_LOGIN_FAILURES_PER_NAME"], default: "20",
        help: "Failed logins under one name in 15 minutes, after which more are refused for a while; 0 for any number.")
    static let failuresPerAddress = Setting(
        "login-failures-per-address", environment: ["VERDICT_LOGIN_FAILURES_PER_ADDRESS"], default: "200",
        help: "The same for one address.")
    static let callsPerPerson = Setting(
        "calls-per-person", environment: ["VERDICT_CALLS_PER_PERSON"], default: "0",
        help: "Requests with a token that one person may make in a minute; 0 for any number.")
    static let callsPerProgram = Setting(
        "calls-per-program", environment: ["VERDICT_CALLS_PER_PROGRAM"], default: "0",
        help: "The same for one program.")
    static let logFormat = Setting(
        "log-format", environment: ["VERDICT_LOG_FORMAT"], default: "text",
        help: "How log lines look: text or json.")
    static let logLevel = Setting(
        "log-level", environment: ["VERDICT_LOG_LEVEL"], default: "notice",
        help: "The least level that is logged: trace, debug, info, notice, warning, error or critical.")
    static let corsOrigins = Setting(
        "cors-origins", environment: ["VERDICT_CORS_ORIGINS"],
        default: "http://localhost:3000,http://localhost:3001,http://localhost:5173",
        help: "The web origins whose pages may call, separated by commas; * alone for every one.")
    static let bodyLimit = Setting(
        "body-limit", environment: ["VERDICT_BODY_LIMIT"], default: "1048576",
        help: "The longest request body that is accepted, in bytes.")
    static let connections = Setting(
        "connections", environment: ["VERDICT_CONNECTIONS"], default: "0",
        help: """
            How many connections may be open at once, further ones wait; 0 for as many as the limit of open files has \
            room for.
            """)
    static let idleSeconds = Setting(
        "idle-seconds", environment: ["VERDICT_IDLE_SECONDS"], default: "75",
        help: """
            How long a connection may be without a request, a request may take to come and an answer to be read, in \
            seconds.
            """)
    static let queueCapacity = Setting(
        "queue-capacity", environment: ["VERDICT_QUEUE_CAPACITY"], default: "100000",
        help: "How many decisions may wait for people at once; 0 for any number.")
    static let commandQueue = Setting(
        "command-queue", environment: ["VERDICT_COMMAND_QUEUE"], default: "10000",
        help: "How many commands may wait for the disk at once.")
    static let autoEscalate = Setting(
        "auto-escalate", environment: ["VERDICT_AUTO_ESCALATE"], default: "true",
        help: "Escalate a decision whose deadline passes.")
    static let openSessions = Setting(
        "open-sessions", environment: ["VERDICT_OPEN_SESSIONS"], default: "false",
        help: "Admit session ids that the server never gave out to GET /governance/stream, for old clients.")
    static let openWebSocket = Setting(
        "open-websocket", environment: ["VERDICT_OPEN_WEBSOCKET"], default: "false",
        help: "Admit WebSockets without a token, as whoever their path names: for development, on this machine only.")
    static let socketsPerUser = Setting(
        "websockets-per-user", environment: ["VERDICT_WEBSOCKETS_PER_USER"], default: "10",
        help: "How many WebSockets one user may have open.")
    static let socketMessagesPerMinute = Setting(
        "websocket-messages-per-minute", environment: ["VERDICT_WEBSOCKET_MESSAGES_PER_MINUTE"], default: "1000",
        help: "How many messages one user may send over WebSockets in a minute.")
    static let heartbeatSeconds = Setting(
        "heartbeat-seconds", environment: ["VERDICT_HEARTBEAT_SECONDS"], default: "30",
        help: "How often a silent event stream carries a sign of life, in seconds.")
    static let gateways = Setting(
        "gateways", environment: ["VERDICT_GATEWAYS"], default: "",
        help: "The gateways that carry event streams, such as http://127.0.0.1:3000, separated by commas.")
    static let gatewaySecret = Setting(
        "gateway-secret", environment: ["VERDICT_GATEWAY_SECRET"], default: "", isSecret: true,
        help: """
            What gateways and this server prove themselves to each other with: ?secret=… in CALLBACK_URL of a gateway, \
            and its SSE_SEND_SECRET.
            """)

    static let evidence = Setting(
        "evidence", environment: ["VERDICT_EVIDENCE"], default: "true",
        help: "Sign checkpoints of the log, and serve proofs of its events.")
    static let witnesses = Setting(
        "witnesses", environment: ["VERDICT_WITNESSES"], default: "",
        help: "Witnesses that cosign checkpoints: for each its key, a space and its URL, separated by commas.")

    /// What there is beside the flags.
    static var secretsHelp: String {
        all.filter(\.isSecret).map { secret in
            "  \(secret.environment.joined(separator: ", "))\n      \(secret.help)"
        }.joined(separator: "\n")
    }

    static let all = [
        host, port, data, insecure, auth, secretKey, previousSecretKey, adminPassword, passwordCost,
        accessTokenMinutes, failuresPerName, failuresPerAddress, callsPerPerson, callsPerProgram, logFormat, logLevel,
        corsOrigins, bodyLimit, connections, idleSeconds, queueCapacity, commandQueue, autoEscalate, openSessions,
        openWebSocket, socketsPerUser,
        socketMessagesPerMinute, heartbeatSeconds, evidence, witnesses, gateways, gatewaySecret,
    ]
}
