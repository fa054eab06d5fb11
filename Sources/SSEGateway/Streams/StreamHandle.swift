import NIOCore

/// A stream as other threads hold it: what is asked of it happens on the loop of its connection.
struct StreamHandle: Sendable {
    let eventLoop: any EventLoop
    let stream: NIOLoopBound<EventStream>

    /// - Precondition: called on that loop.
    init(_ stream: EventStream, on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.stream = NIOLoopBound(stream, eventLoop: eventLoop)
    }

    func accept(_ command: StreamCommand) -> EventLoopFuture<StreamCommand.Outcome> {
        eventLoop.flatSubmit { stream.value.accept(command) }
    }
}
