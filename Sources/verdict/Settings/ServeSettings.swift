import EventLog
import Evidence
import HTTPAPI
import Identity
import Logging

/// What a server is started with: every value read and judged before anything is opened.
struct ServeSettings: Sendable {
    let host: String
    let port: Int
    let dataPath: String
    let isInsecurePermitted: Bool
    let authentication: Authentication
    /// Nil for a key that the server keeps itself.
    let signingKeys: SigningKeys?
    /// Whether the secret of the tokens was chosen, and can be guessed.
    let hasWeakKey: Bool
    /// Nil for the password that everybody knows.
    let adminPassword: String?
    let identity: IdentityServices.Configuration
    let logFormat: LogFormat
    let logLevel: Logger.Level
    /// `["*"]` for every origin.
    let corsOrigins: [String]
    let bodySizeBytesMax: Int
    /// Connections at once; 0 for as many as there may be open files.
    let connectionsMax: Int
    let idleSeconds: Int
    /// Decisions that may wait for people; 0 for any number.
    let queueCapacity: Int
    /// Commands that may wait for the writer.
    let commandQueueMax: Int
    let escalatesOnTimeout: Bool
    let admitsUnknownSessions: Bool
    let live: LiveConfiguration
    let heartbeatSeconds: Int
    let keepsEvidence: Bool
    let witnesses: [Witness]
    let gateways: [String]
    let gatewaySecret: Secret?
    /// The values with their sources, for the report at the start.
    let resolved: ResolvedSettings

    /// - Throws: `SettingsError` for the first value that cannot be used.
    init(_ resolved: ResolvedSettings) throws(SettingsError) {
        self.resolved = resolved
        host = try resolved.text(.host)
        port = try resolved.wholeNumber(.port, in: 0...65_535)
        dataPath = try resolved.text(.data)
        isInsecurePermitted = try resolved.truth(.insecure)
        authentication = try resolved.choice(.auth, of: Authentication.self)
        signingKeys = try Self.signingKeys(resolved)
        hasWeakKey = resolved.optionalText(.secretKey).map { $0.count < 32 } ?? false
        adminPassword = resolved.optionalText(.adminPassword)
        var identity = IdentityServices.Configuration()
        identity.passwordCost = try resolved.passwordCost
        identity.accessTokenLife = .minutes(try resolved.wholeNumber(.accessTokenMinutes, in: 1...10_080))
        identity.failuresPerName = try resolved.wholeNumber(.failuresPerName, in: 0...1_000_000)
        identity.failuresPerAddress = try resolved.wholeNumber(.failuresPerAddress, in: 0...1_000_000)
        identity.callsPerPerson = try resolved.wholeNumber(.callsPerPerson, in: 0...1_000_000_000)
        identity.callsPerProgram = try resolved.wholeNumber(.callsPerProgram, in: 0...1_000_000_000)
        self.identity = identity
        logFormat = try resolved.choice(.logFormat, of: LogFormat.self)
        logLevel = try resolved.choice(.logLevel, of: Logger.Level.self)
        corsOrigins = try resolved.origins(.corsOrigins)
        bodySizeBytesMax = try resolved.wholeNumber(.bodyLimit, in: 1...1_073_741_824)
        connectionsMax = try resolved.wholeNumber(.connections, in: 0...10_000_000)
        idleSeconds = try resolved.wholeNumber(.idleSeconds, in: 1...3600)
        queueCapacity = try resolved.wholeNumber(.queueCapacity, in: 0...1_000_000_000)
        commandQueueMax = try resolved.wholeNumber(.commandQueue, in: 1...10_000_000)
        escalatesOnTimeout = try resolved.truth(.autoEscalate)
        admitsUnknownSessions = try resolved.truth(.openSessions)
        var live = LiveConfiguration()
        live.admitsAnonymousSockets = try resolved.truth(.openWebSocket)
        live.connectionsPerUserMax = try resolved.wholeNumber(.socketsPerUser, in: 1...100_000)
        live.messagesPerMinuteMax = try resolved.wholeNumber(.socketMessagesPerMinute, in: 1...1_000_000)
        self.live = live
        heartbeatSeconds = try resolved.wholeNumber(.heartbeatSeconds, in: 1...3600)
        keepsEvidence = try resolved.truth(.evidence)
        witnesses = try resolved.witnesses(.witnesses)
        gateways = try resolved.addresses(.gateways)
        gatewaySecret = resolved.optionalText(.gatewaySecret).map(Secret.init)
    }

    private static func signingKeys(_ resolved: ResolvedSettings) throws(SettingsError) -> SigningKeys? {
        let previous = resolved.optionalText(.previousSecretKey)
        guard let key = resolved.optionalText(.secretKey) else {
            guard previous == nil else {
                throw resolved.error(.previousSecretKey, "of use without a secret-key before it")
            }
            return nil
        }
        return SigningKeys(
            current: Array(key.utf8),
            previous: previous.map { [SigningKeys.Previous(key: Array($0.utf8), validUntil: nil)] } ?? [])
    }
}

extension ResolvedSettings {
    /// - Throws: `SettingsError`.
    var passwordCost: PasswordCost {
        get throws(SettingsError) {
            PasswordCost(logarithmOfRounds: try wholeNumber(.passwordCost, in: PasswordCost.permittedLogarithms))
        }
    }
}
