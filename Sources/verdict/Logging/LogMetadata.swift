import Logging

/// What a line carries beside its message.
enum LogMetadata {
    /// The metadata of the surroundings, the logger and the call, the nearer ones replacing the farther ones; in the
    /// order of their keys, so that equal lines look equal.
    static func merged(
        provider: Logger.MetadataProvider?, logger: Logger.Metadata, event: LogEvent
    ) -> [(key: String, value: Logger.MetadataValue)] {
        var merged = provider?.get() ?? [:]
        merged.merge(logger) { $1 }
        merged.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error, merged["error"] == nil {
            merged["error"] = .string(String(describing: error))
        }
        return merged.sorted { $0.key < $1.key }
    }
}
