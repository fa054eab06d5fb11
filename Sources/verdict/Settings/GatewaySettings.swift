import EventLog
import Logging
import SSEGateway

/// What a gateway is started with: every value read and judged before anything is opened.
struct GatewaySettings: Sendable {
    let configuration: GatewayConfiguration
    let logLevel: Logger.Level
    /// Values that were replaced by their defaults.
    let complaints: [SettingsError]
    /// The values with their sources, for the report at the start.
    let resolved: ResolvedSettings

    /// - Throws: `SettingsError` for the first value that cannot be used and has no harmless substitute.
    init(_ resolved: ResolvedSettings) throws(SettingsError) {
        typealias Table = Setting.Gateway
        var complaints: [SettingsError] = []
        var configuration = GatewayConfiguration()
        configuration.host = try resolved.text(Table.host)
        configuration.port = try resolved.wholeNumber(Table.port, in: 1...65_535)
        configuration.callback = try Self.callback(resolved)
        configuration.heartbeatInterval = .seconds(
            resolved.wholeNumber(
                Table.heartbeat, in: 1...86_400, orDefault: 15, complaints: &complaints))
        try Self.setVariant(of: &configuration, resolved)
        configuration.callbackTimeout = try Self.milliseconds(Table.callbackTimeout, in: 1...600_000, resolved)
        configuration.closeWait = try Self.milliseconds(Table.closeWait, in: 0...600_000, resolved)
        configuration.bodySizeBytesMax = try resolved.wholeNumber(Table.bodyLimit, in: 1...1_073_741_824)
        configuration.streamsMax = try resolved.wholeNumber(Table.streamsMax, in: 1...1_000_000)
        configuration.unsentSizeBytesMax = try resolved.wholeNumber(Table.unsentLimit, in: 1...1_073_741_824)
        configuration.sendSecret = resolved.optionalText(Table.sendSecret).map(Secret.init)
        configuration.trustsNetwork = isLoopback(configuration.host)
        configuration.broker = Self.broker(resolved, &complaints)
        logLevel = try resolved.choice(Table.logLevel, of: Logger.Level.self)
        self.configuration = configuration
        self.complaints = complaints
        self.resolved = resolved
    }

    private static func callback(_ resolved: ResolvedSettings) throws(SettingsError) -> CallbackTarget? {
        guard let url = resolved.optionalText(Setting.Gateway.callbackURL) else { return nil }
        guard let target = CallbackTarget(url: url) else {
            throw resolved.value(of: Setting.Gateway.callbackURL).error("a URL that begins with http:// or https://")
        }
        return target
    }

    /// The profile, then what is set beside it (sse-gateway 2.1).
    private static func setVariant(
        of configuration: inout GatewayConfiguration, _ resolved: ResolvedSettings
    ) throws(SettingsError) {
        typealias Table = Setting.Gateway
        let profile = try resolved.choice(Table.profile, of: GatewayProfile.self)
        var variant = profile.variant
        variant.eventFormat =
            try resolved.optionalChoice(Table.eventFormat, of: EventFormat.self) ?? variant.eventFormat
        variant.readyEvent = try resolved.optionalChoice(Table.readyEvent, of: ReadyEvent.self) ?? variant.readyEvent
        variant.takesConnectBodyEvents =
            try resolved.optionalTruth(Table.connectBodyEvents) ?? variant.takesConnectBodyEvents
        variant.rejectMode = try resolved.optionalChoice(Table.rejectMode, of: RejectMode.self) ?? variant.rejectMode
        variant.namedPassthrough = resolved.names(Table.namedPassthrough)
        configuration.variant = variant
        configuration.errorShape =
            try resolved.optionalChoice(Table.errorShape, of: ErrorShape.self) ?? profile.errorShape
        configuration.readinessShape =
            try resolved.optionalChoice(Table.readinessShape, of: ReadinessShape.self) ?? profile.readinessShape
    }

    private static func broker(
        _ resolved: ResolvedSettings, _ complaints: inout [SettingsError]
    ) -> BrokerConfiguration? {
        typealias Table = Setting.Gateway
        guard let url = resolved.optionalText(Table.brokerURL) else { return nil }
        let queueTTL = resolved.wholeNumber(
            Table.brokerQueueTTL, in: 1...Int.max, orDefault: 300_000, complaints: &complaints)
        return BrokerConfiguration(
            url: url, queueTTLMilliseconds: queueTTL, prefix: resolved.optionalText(Table.brokerPrefix) ?? "",
            isAutoDelete: resolved.optionalText(Table.brokerAutoDelete) == "true")
    }

    private static func milliseconds(
        _ setting: Setting, in range: ClosedRange<Int>, _ resolved: ResolvedSettings
    ) throws(SettingsError) -> Interval {
        Interval(microseconds: Int64(try resolved.wholeNumber(setting, in: range)) * 1000)
    }
}
