/// What a client says, its fragments joined.
enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary(sizeBytes: Int)
    /// A message beyond the limit: it was thrown away as it came, and the connection is as good as before.
    case tooLarge
}
