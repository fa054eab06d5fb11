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
        _ request: Request, subscribe: @escaping @Sendable () -> StreamHub.Subscription,
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
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await withGracefulShutdownHandler {
                        try await body(subscription, &writer)
                    } onGracefulShutdown: {
                        subscription.finish()
                    }
                } onInboundClosed: {
                    subscription.finish()
                }
                subscription.finish()
                try await writer.finish(nil)
            })
    }
}
