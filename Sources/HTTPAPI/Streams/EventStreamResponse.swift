import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension Response {
    /// A stream of Server-Sent Events: the closure writes them until it returns.
    ///
    /// - Parameter subscribe: called when the response begins; its subscription ends when the client goes away.
    static func eventStream(
        on channel: any Channel, subscribe: @escaping @Sendable () -> StreamHub.Subscription,
        _ body: @escaping @Sendable (StreamHub.Subscription, inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache", .connection: "keep-alive",
            .accelBuffering: "no",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                let subscription = subscribe()
                channel.whenInputCloses { subscription.finish() }
                defer { channel.whenInputCloses(nil) }
                try await withGracefulShutdownHandler {
                    try await body(subscription, &writer)
                } onGracefulShutdown: {
                    subscription.finish()
                }
                subscription.finish()
                try await writer.finish(nil)
            })
    }
}

extension Channel {
    /// Hears of it when the client goes away. A task that listens for that, as Hummingbird offers it, takes 5 KB a stream.
    fileprivate func whenInputCloses(_ body: (@Sendable () -> Void)?) {
        eventLoop.execute {
            // A channel of a test has no guard.
            let front = try? self.pipeline.syncOperations.handler(type: ConnectionGuard.self)
            front?.whenInputCloses(body)
        }
    }
}
