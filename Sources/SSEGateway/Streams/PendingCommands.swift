/// What the backend sends while its connect callback still runs, in order (sse-gateway 10, R2).
struct PendingCommands {
    private(set) var commands: [StreamCommand] = []
    private var sizeBytes = 0

    /// - Returns: false where it would be too much.
    mutating func add(_ command: StreamCommand, countMax: Int, sizeBytesMax: Int) -> Bool {
        guard commands.count < countMax, sizeBytes + command.sizeBytes <= sizeBytesMax else { return false }
        commands.append(command)
        sizeBytes += command.sizeBytes
        return true
    }
}
