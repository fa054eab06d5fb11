import Logging

/// What a server is started with: every value read and judged before anything is opened.
struct ServeSettings: Sendable {
    let host: String
    let port: Int
    let dataPath: String
    let isInsecurePermitted: Bool
    let logFormat: LogFormat
    let logLevel: Logger.Level
    /// `["*"]` for every origin.
    let corsOrigins: [String]
    let bodySizeBytesMax: Int
    /// Decisions that may wait for people; 0 for any number.
    let queueCapacity: Int
    /// Commands that may wait for the writer.
    let commandQueueMax: Int
    let escalatesOnTimeout: Bool
    let admitsUnknownSessions: Bool
    let heartbeatSeconds: Int
    let gateways: [String]
    let gatewaySecret: String?
    /// The values with their sources, for the report at the start.
    let resolved: ResolvedSettings

    /// - Throws: `SettingsError` for the first value that cannot be used.
    init(_ resolved: ResolvedSettings) throws(SettingsError) {
        self.resolved = resolved
        host = try resolved.text(.host)
        port = try resolved.wholeNumber(.port, in: 0...65_535)
        dataPath = try resolved.text(.data)
        isInsecurePermitted = try resolved.truth(.insecure)
        logFormat = try resolved.choice(.logFormat, of: LogFormat.self)
        logLevel = try resolved.choice(.logLevel, of: Logger.Level.self)
        corsOrigins = try resolved.origins(.corsOrigins)
        bodySizeBytesMax = try resolved.wholeNumber(.bodyLimit, in: 1...1_073_741_824)
        queueCapacity = try resolved.wholeNumber(.queueCapacity, in: 0...1_000_000_000)
        commandQueueMax = try resolved.wholeNumber(.commandQueue, in: 1...10_000_000)
        escalatesOnTimeout = try resolved.truth(.autoEscalate)
        admitsUnknownSessions = try resolved.truth(.openSessions)
        heartbeatSeconds = try resolved.wholeNumber(.heartbeatSeconds, in: 1...3600)
        gateways = try resolved.addresses(.gateways)
        gatewaySecret = resolved.optionalText(.gatewaySecret)
    }
}
