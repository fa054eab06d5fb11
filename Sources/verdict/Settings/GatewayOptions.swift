import ArgumentParser
import Foundation

/// The flags of `verdict gateway`: none has a default here, so that one that was not given hides nothing.
struct GatewayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A JSON file of settings, its members named like these flags. (environment: VERDICT_CONFIG)",
            valueName: "file"))
    var config: String?

    @Option(help: Setting.Gateway.host.flagHelp)
    var host: String?

    @Option(help: Setting.Gateway.port.flagHelp)
    var port: String?

    // A secret with a flag, which others have none of: launchers in the field give it so (sse-gateway 3).
    @Option(name: .customLong("callback-url"), help: Setting.Gateway.callbackURL.flagHelp)
    var callbackURL: String?

    @Option(help: Setting.Gateway.heartbeat.flagHelp)
    var heartbeatIntervalSeconds: String?

    @Option(help: Setting.Gateway.profile.flagHelp)
    var profile: String?

    @Option(help: Setting.Gateway.eventFormat.flagHelp)
    var eventFormat: String?

    @Option(help: Setting.Gateway.readyEvent.flagHelp)
    var readyEvent: String?

    @Option(help: Setting.Gateway.connectBodyEvents.flagHelp)
    var connectBodyEvents: String?

    @Option(help: Setting.Gateway.rejectMode.flagHelp)
    var rejectMode: String?

    @Option(help: Setting.Gateway.errorShape.flagHelp)
    var errorShape: String?

    @Option(help: Setting.Gateway.readinessShape.flagHelp)
    var readyzShape: String?

    @Option(help: Setting.Gateway.namedPassthrough.flagHelp)
    var namedPassthrough: String?

    @Option(help: Setting.Gateway.callbackTimeout.flagHelp)
    var callbackTimeoutMs: String?

    @Option(help: Setting.Gateway.closeWait.flagHelp)
    var closeWaitMs: String?

    @Option(help: Setting.Gateway.bodyLimit.flagHelp)
    var bodyLimit: String?

    @Option(help: Setting.Gateway.streamsMax.flagHelp)
    var streamsMax: String?

    @Option(help: Setting.Gateway.unsentLimit.flagHelp)
    var unsentLimit: String?

    @Option(help: Setting.Gateway.logLevel.flagHelp)
    var logLevel: String?

    /// The texts of the flags that were given, by the setting's name.
    private var given: [String: String] {
        let texts: [(Setting, String?)] = [
            (Setting.Gateway.host, host), (Setting.Gateway.port, port), (Setting.Gateway.callbackURL, callbackURL),
            (Setting.Gateway.heartbeat, heartbeatIntervalSeconds), (Setting.Gateway.profile, profile),
            (Setting.Gateway.eventFormat, eventFormat), (Setting.Gateway.readyEvent, readyEvent),
            (Setting.Gateway.connectBodyEvents, connectBodyEvents), (Setting.Gateway.rejectMode, rejectMode),
            (Setting.Gateway.errorShape, errorShape), (Setting.Gateway.readinessShape, readyzShape),
            (Setting.Gateway.namedPassthrough, namedPassthrough), (Setting.Gateway.callbackTimeout, callbackTimeoutMs),
            (Setting.Gateway.closeWait, closeWaitMs), (Setting.Gateway.bodyLimit, bodyLimit),
            (Setting.Gateway.streamsMax, streamsMax), (Setting.Gateway.unsentLimit, unsentLimit),
            (Setting.Gateway.logLevel, logLevel),
        ]
        return Dictionary(uniqueKeysWithValues: texts.compactMap { setting, text in text.map { (setting.name, $0) } })
    }

    /// Everything that a gateway is started with.
    ///
    /// - Throws: `SettingsError`.
    func settings(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) -> GatewaySettings {
        let resolver = SettingsResolver(settings: Setting.Gateway.all)
        return try GatewaySettings(resolver.resolve(flags: given, environment: environment, file: config))
    }
}
