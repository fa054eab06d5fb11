/// The messages of a client, in order, until either side closes. For one reader.
struct WebSocketMessages: AsyncSequence, Sendable {
    typealias Element = WebSocketMessage
    typealias Failure = Never

    let stream: AsyncStream<WebSocketMessage>
    /// Called with each message that was taken.
    let didTake: @Sendable () -> Void

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var stream: AsyncStream<WebSocketMessage>.Iterator
        fileprivate let didTake: @Sendable () -> Void

        mutating func next() async -> WebSocketMessage? {
            guard let message = await stream.next() else { return nil }
            didTake()
            return message
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(stream: stream.makeAsyncIterator(), didTake: didTake)
    }
}
