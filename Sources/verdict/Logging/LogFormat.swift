import EventLog
import Logging

/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json

    /// Makes every `Logger` of this process write to standard error.
    ///
    /// To be called once and before the first logger is made: swift-log accepts no second call.
    func bootstrap(level: Logger.Level) {
        LoggingSystem.bootstrap { handler(label: $0, level: level) }
    }

    func handler(
        label: String, level: Logger.Level, output: LogOutput = .standardError, time: any TimeSource = SystemTime()
    ) -> any LogHandler {
        switch self {
        case .text: TextLogHandler(label: label, logLevel: level, output: output, time: time)
        case .json: JSONLogHandler(label: label, logLevel: level, output: output, time: time)
        }
    }
}
