import EventLog
import Logging

/// Log lines as launchers of the gateway read them (sse-gateway 15): `2026-05-08 12:00:00,000 [INFO] message key=value`,
/// warnings and errors to standard error, all others to standard output.
struct GatewayLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let time: any TimeSource

    init(logLevel: Logger.Level, time: any TimeSource = SystemTime()) {
        self.logLevel = logLevel
        self.time = time
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let (word, output): (String, LineQueue) =
            switch event.level {
            case .trace, .debug, .info, .notice: ("INFO", .standardOutput)
            case .warning: ("WARN", .standardError)
            case .error, .critical: ("ERROR", .standardError)
            }
        var line = "\(time.now().logText) [\(word)] \(event.message.description.visible)"
        for (key, value) in LogMetadata.merged(provider: metadataProvider, logger: metadata, event: event) {
            line += " \(key.visible)=\(value.description.visible)"
        }
        line += "\n"
        output.write(Array(line.utf8))
    }
}

extension Timestamp {
    /// `2026-05-08 12:00:00,000` in UTC.
    fileprivate var logText: String {
        let text = rfc3339
        let date = text.prefix(10)
        let time = text.dropFirst(11).prefix(8)
        let milliseconds = text.dropFirst(20).prefix(3)
        return "\(date) \(time),\(milliseconds)"
    }
}
