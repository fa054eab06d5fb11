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
    static let heartbeatSeconds = Setting(
        "heartbeat-seconds", environment: ["VERDICT_HEARTBEAT_SECONDS"], default: "30",
        help: "How often a silent event stream carries a sign of life, in seconds.")
    static let gateways = Setting(
        "gateways", environment: ["VERDICT_GATEWAYS"], default: "",
        help: "The gateways that carry event streams, such as http://127.0.0.1:3000, separated by commas.")
    static let gatewaySecret = Setting(
        "gateway-secret", environment: ["VERDICT_GATEWAY_SECRET"], default: "", isSecret: true,
        help: "What the callbacks of gateways carry in their query.")

    static let all = [
        host, port, data, insecure, logFormat, logLevel, corsOrigins, bodyLimit, queueCapacity, commandQueue,
        autoEscalate, openSessions, heartbeatSeconds, gateways, gatewaySecret,
    ]
}
