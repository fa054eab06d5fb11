import EventLog
import Logging

/// Log lines for machines: one JSON object a line with `time`, `level`, `logger`, `message`, then the metadata.
struct JSONLogHandler: LogHandler {
    private static let ownMembers: Set<String> = ["time", "level", "logger", "message"]

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
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("time", time.now())
            writer.member("level", event.level.rawValue)
            writer.member("logger", label)
            writer.member("message", event.message.description)
            for (key, value) in LogMetadata.merged(provider: metadataProvider, logger: metadata, event: event) {
                // Two members of one name would hide one of them from most readers.
                writer.key(named: Self.ownMembers.contains(key) ? "metadata.\(key)" : key)
                Self.write(value, to: &writer)
            }
        }
        output.write(writer.bytes + [UInt8(ascii: "\n")])
    }

    private static func write(_ value: Logger.MetadataValue, to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .stringConvertible(let value): writer.string(value.description)
        case .array(let elements):
            writer.array { for element in elements { write(element, to: &$0) } }
        case .dictionary(let members):
            writer.object {
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    $0.key(named: key)
                    write(value, to: &$0)
                }
            }
        }
    }
}
