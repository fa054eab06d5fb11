import ArgumentParser
import Foundation

/// The flags of `verdict serve`, one for every setting of the table that is no secret.
///
/// All are optional and none has a default here: a flag that was not given must not hide the environment or the file.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A JSON file of settings, its members named like these flags. (environment: VERDICT_CONFIG)",
            valueName: "file"))
    var config: String?

    @Option(help: Setting.host.flagHelp)
    var host: String?

    @Option(help: Setting.port.flagHelp)
    var port: String?

    @Option(help: Setting.data.flagHelp)
    var data: String?

    @Flag(inversion: .prefixedNo, help: Setting.insecure.flagHelp)
    var insecure: Bool?

    @Option(help: Setting.auth.flagHelp)
    var auth: String?

    @Option(help: Setting.passwordCost.flagHelp)
    var passwordCost: String?

    @Option(help: Setting.accessTokenMinutes.flagHelp)
    var accessTokenMinutes: String?

    @Option(help: Setting.failuresPerName.flagHelp)
    var loginFailuresPerName: String?

    @Option(help: Setting.failuresPerAddress.flagHelp)
    var loginFailuresPerAddress: String?

    @Option(help: Setting.callsPerPerson.flagHelp)
    var callsPerPerson: String?

    @Option(help: Setting.callsPerProgram.flagHelp)
    var callsPerProgram: String?

    @Option(help: Setting.logFormat.flagHelp)
    var logFormat: String?

    @Option(help: Setting.logLevel.flagHelp)
    var logLevel: String?

    @Option(help: Setting.corsOrigins.flagHelp)
    var corsOrigins: String?

    @Option(help: Setting.bodyLimit.flagHelp)
    var bodyLimit: String?

    @Option(help: Setting.connections.flagHelp)
    var connections: String?

    @Option(help: Setting.idleSeconds.flagHelp)
    var idleSeconds: String?

    @Option(help: Setting.queueCapacity.flagHelp)
    var queueCapacity: String?

    @Option(help: Setting.commandQueue.flagHelp)
    var commandQueue: String?

    @Flag(inversion: .prefixedNo, help: Setting.autoEscalate.flagHelp)
    var autoEscalate: Bool?

    @Flag(inversion: .prefixedNo, help: Setting.openSessions.flagHelp)
    var openSessions: Bool?

    @Flag(inversion: .prefixedNo, help: Setting.openWebSocket.flagHelp)
    var openWebsocket: Bool?

    @Option(help: Setting.socketsPerUser.flagHelp)
    var websocketsPerUser: String?

    @Option(help: Setting.socketMessagesPerMinute.flagHelp)
    var websocketMessagesPerMinute: String?

    @Option(help: Setting.heartbeatSeconds.flagHelp)
    var heartbeatSeconds: String?

    @Flag(inversion: .prefixedNo, help: Setting.evidence.flagHelp)
    var evidence: Bool?

    @Option(help: Setting.witnesses.flagHelp)
    var witnesses: String?

    @Option(help: Setting.gateways.flagHelp)
    var gateways: String?

    /// The texts of the flags that were given, by the setting's name.
    var given: [String: String] {
        let texts: [(Setting, String?)] = [
            (.host, host), (.port, port), (.data, data), (.insecure, insecure.map(String.init)),
            (.auth, auth), (.passwordCost, passwordCost), (.accessTokenMinutes, accessTokenMinutes),
            (.failuresPerName, loginFailuresPerName), (.failuresPerAddress, loginFailuresPerAddress),
            (.callsPerPerson, callsPerPerson), (.callsPerProgram, callsPerProgram),
            (.logFormat, logFormat), (.logLevel, logLevel), (.corsOrigins, corsOrigins), (.bodyLimit, bodyLimit),
            (.connections, connections), (.idleSeconds, idleSeconds), (.queueCapacity, queueCapacity),
            (.commandQueue, commandQueue),
            (.autoEscalate, autoEscalate.map(String.init)), (.openSessions, openSessions.map(String.init)),
            (.openWebSocket, openWebsocket.map(String.init)), (.socketsPerUser, websocketsPerUser),
            (.socketMessagesPerMinute, websocketMessagesPerMinute), (.heartbeatSeconds, heartbeatSeconds),
            (.evidence, evidence.map(String.init)), (.witnesses, witnesses), (.gateways, gateways),
        ]
        var given: [String: String] = [:]
        for (setting, text) in texts {
            if let text { given[setting.name] = text }
        }
        return given
    }

    /// Everything that a server is started with.
    ///
    /// - Throws: `SettingsError`.
    func settings(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) -> ServeSettings {
        try ServeSettings(SettingsResolver().resolve(flags: given, environment: environment, file: config))
    }
}
