extension Setting {
    /// The table of the settings of `verdict gateway` (sse-gateway 2.1 and 3). The names in the environment are those that
    /// existing launchers set; an empty default is the profile's.
    enum Gateway {
        static let host = Setting(
            "host", environment: ["SSE_HOST"], default: "127.0.0.1",
            help: "The address to listen on. Without a secret, whoever reaches it and knows a token may send.")
        static let port = Setting(
            "port", environment: ["PORT"], default: "3000", help: "The port to listen on.")
        static let callbackURL = Setting(
            "callback-url", environment: ["CALLBACK_URL"], default: "", isSecret: true,
            help: "Where the backend takes callbacks, a whole URL. Without it no stream opens.")
        static let heartbeat = Setting(
            "heartbeat-interval-seconds", environment: ["HEARTBEAT_INTERVAL_SECONDS"], default: "15",
            help: "How often each stream carries a comment, in seconds.")
        static let profile = Setting(
            "profile", environment: ["SSE_PROFILE"], default: "current",
            help: "The version of the protocol: classic or current. It sets the seven things below.")
        static let eventFormat = Setting(
            "event-format", environment: ["SSE_EVENT_FORMAT"], default: "",
            help: "How named events look: named or envelope.")
        static let readyEvent = Setting(
            "ready-event", environment: ["SSE_READY_EVENT"], default: "",
            help: "What tells that a stream is open: none, named or envelope.")
        static let connectBodyEvents = Setting(
            "connect-body-events", environment: ["SSE_CONNECT_BODY_EVENTS"], default: "",
            help: "Whether the answer to a connect may carry a first event and a close: on or off.")
        static let rejectMode = Setting(
            "reject-mode", environment: ["SSE_REJECT_MODE"], default: "",
            help: "How a client hears of 400, 401 and 403: http or in-stream.")
        static let errorShape = Setting(
            "error-shape", environment: ["SSE_ERROR_SHAPE"], default: "",
            help: "How errors look in JSON: flat or nested.")
        static let readinessShape = Setting(
            "readyz-shape", environment: ["SSE_READYZ_SHAPE"], default: "",
            help: "How much /readyz says: minimal or full.")
        static let namedPassthrough = Setting(
            "named-passthrough", environment: ["SSE_NAMED_PASSTHROUGH"], default: "",
            help: "Names of events that stay named in envelopes, separated by commas.")
        static let callbackTimeout = Setting(
            "callback-timeout-ms", environment: ["SSE_CALLBACK_TIMEOUT_MS"], default: "5000",
            help: "How long a callback may take, in milliseconds.")
        static let closeWait = Setting(
            "close-wait-ms", environment: ["SSE_CLOSE_WAIT_MS"], default: "250",
            help: "How long a close waits for the backend to answer its callback, in milliseconds.")
        static let bodyLimit = Setting(
            "body-limit", environment: ["SSE_BODY_LIMIT"], default: "1048576",
            help: "The longest body of a command that is accepted, in bytes.")
        static let streamsMax = Setting(
            "streams-max", environment: ["SSE_STREAMS_MAX"], default: "10000",
            help: "How many streams may be open at once.")
        static let unsentLimit = Setting(
            "unsent-limit", environment: ["SSE_UNSENT_LIMIT"], default: "8388608",
            help: "How much may wait for a client that does not read before it is cut off, in bytes.")
        static let sendSecret = Setting(
            "send-secret", environment: ["SSE_SEND_SECRET"], default: "", isSecret: true,
            help: "What commands of the backend have to carry as a bearer token.")
        static let logLevel = Setting(
            "log-level", environment: ["SSE_LOG_LEVEL"], default: "info",
            help: "The least level that is logged: trace, debug, info, notice, warning, error or critical.")
        static let brokerURL = Setting(
            "rabbitmq-url", environment: ["RABBITMQ_URL"], default: "", isSecret: true,
            help: "The AMQP broker. This program has no AMQP: with a broker it is never ready.")
        static let brokerQueueTTL = Setting(
            "rabbitmq-queue-ttl-ms", environment: ["RABBITMQ_QUEUE_TTL_MS"], default: "300000",
            help: "How long a queue outlives its stream, in milliseconds.")
        static let brokerPrefix = Setting(
            "rabbitmq-env-prefix", environment: ["RABBITMQ_ENV_PREFIX"], default: "",
            help: "What stands before the name of the exchange.")
        static let brokerAutoDelete = Setting(
            "rabbitmq-env-auto-delete", environment: ["RABBITMQ_ENV_AUTO_DELETE"], default: "",
            help: "Whether the exchange ends with its last user; only the text true turns it on.")

        static let all = [
            host, port, callbackURL, heartbeat, profile, eventFormat, readyEvent, connectBodyEvents, rejectMode,
            errorShape, readinessShape, namedPassthrough, callbackTimeout, closeWait, bodyLimit, streamsMax,
            unsentLimit, sendSecret, logLevel, brokerURL, brokerQueueTTL, brokerPrefix, brokerAutoDelete,
        ]
    }
}
