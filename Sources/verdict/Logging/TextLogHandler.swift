import EventLog
import Logging

/// Log lines for people: `2026-01-15T12:00:00.000000Z notice verdict: message key=value`.
struct TextLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let output: LogOutput
    private let time: any TimeSource

    init(label: String, logLevel: Logger.Level, output: LogOutput, time: any TimeSource) {
        self.label = label
        self.logLevel = logLevel
        self.output = output
        self.time = time
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(time.now().rfc3339) \(event.level.rawValue) \(label): \(event.message.description.visible)"
        for (key, value) in LogMetadata.merged(provider: metadataProvider, logger: metadata, event: event) {
            line += " \(key.visible)=\(Self.quotedIfNeeded(value.description))"
        }
        line += "\n"
        output.write(Array(line.utf8))
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isPlain ? text.visible : "\"" + text.replacing("\"", with: "\\\"").visible + "\""
    }
}
