import EventLog
import NIOCore
import NIOWebSocket

/// A WebSocket behind its handshake.
final class WebSocketConnection: Sendable {
    let messages: WebSocketMessages
    let eventLoop: any EventLoop
    private let handler: NIOLoopBound<WebSocketChannelHandler>

    private init(messages: WebSocketMessages, handler: NIOLoopBound<WebSocketChannelHandler>) {
        self.messages = messages
        self.handler = handler
        eventLoop = handler.eventLoop
    }

    /// Puts a WebSocket in front of everything else that a connection passes through.
    ///
    /// From now on what comes is frames. The answer to the handshake still passes outwards, so this comes before it: the
    /// client's first frame can follow the answer at once. The handlers of HTTP stay behind; they see one request that
    /// is being answered until the connection ends.
    ///
    /// - Parameter slowReader: called when the connection is cut because the client does not read.
    /// - Throws: where the client is gone, or has closed its half: that would be noticed by nobody later.
    static func open(
        on channel: any Channel, _ configuration: WebSocketConfiguration, slowReader: @escaping @Sendable () -> Void
    ) async throws -> WebSocketConnection {
        let (stream, continuation) = AsyncStream<WebSocketMessage>.makeStream()
        let backlog = WebSocketBacklog()
        return try await channel.eventLoop.submit {
            let front = try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self)
            if front?.isInputClosed == true { throw ChannelError.eof }
            let handler = WebSocketChannelHandler(
                configuration, backlog: backlog, messages: continuation, slowReader: slowReader)
            try channel.pipeline.syncOperations.addHandler(handler, position: .first)
            let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
            let messages = WebSocketMessages(stream: stream) {
                if backlog.remove() { bound.eventLoop.execute { bound.value.readOn() } }
            }
            return WebSocketConnection(messages: messages, handler: bound)
        }.get()
    }

    /// Sends without waiting. A client that does not read is cut off when too much waits for it.
    func send(_ frame: WebSocketServerFrame) {
        eventLoop.execute { self.handler.value.send(frame) }
    }

    /// Sends from the connection's event loop, where one visit serves many connections.
    ///
    /// - Returns: whether the connection is still open.
    @discardableResult
    func sendFromEventLoop(_ frames: some Sequence<WebSocketServerFrame>) -> Bool {
        handler.value.send(frames)
    }

    /// Ends the connection with a code and a reason; what was sent before is delivered before.
    func close(_ code: WebSocketErrorCode, _ reason: String = "") {
        eventLoop.execute { self.handler.value.close(code, reason) }
    }
}
