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
        var line = "\(time.now().rfc3339) \(event.level.rawValue) \(label): \(Self.visible(event.message.description))"
        for (key, value) in LogMetadata.merged(provider: metadataProvider, logger: metadata, event: event) {
            line += " \(Self.visible(key))=\(Self.quotedIfNeeded(value.description))"
        }
        line += "\n"
        output.write(Array(line.utf8))
    }

    /// Messages carry texts that callers send: a line break in one would forge a second line, and an escape
    /// character would command the reader's terminal.
    private static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isPlain ? visible(text) : "\"" + visible(text.replacing("\"", with: "\\\"")) + "\""
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
