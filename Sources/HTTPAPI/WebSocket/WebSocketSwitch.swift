import CoreMetrics
import HTTPTypes
import Hummingbird
import NIOCore
import NIOWebSocket

/// Turns requests for a WebSocket into one.
///
/// A refusal is an answer like any other, with its line in the access log, its CORS headers and its count, whichever request
/// of the connection it was.
struct WebSocketSwitch: Sendable {
    private let routes: [WebSocketRoute]
    private let origins: CORSPolicy
    private let configuration: WebSocketConfiguration
    private let slowReaders: Counter

    init(
        _ routes: [WebSocketRoute], origins: CORSPolicy, configuration: WebSocketConfiguration,
        metrics: any MetricsFactory
    ) {
        self.routes = routes
        self.origins = origins
        self.configuration = configuration
        slowReaders = Counter(label: "verdict_slow_readers_total", factory: metrics)
    }

    /// The answer to a request that ends HTTP on its connection.
    ///
    /// - Parameter next: answers where there is no such WebSocket.
    func respond(
        _ request: Request, _ context: FrontContext, next: (Request, FrontContext) async throws -> Response
    ) async throws -> Response {
        do {
            if let response = try await webSocket(request, context) { return response }
            return last(try await next(request, context), of: context)
        } catch {
            return last(try .failure(error, of: request, context), of: context)
        }
    }

    /// Nil where there is no such WebSocket.
    private func webSocket(_ request: Request, _ context: FrontContext) async throws(APIError) -> Response? {
        guard request.asksForWebSocket, let (route, parameters) = route(request.uri.path) else { return nil }
        if let origin = request.headers[.origin], !origins.allows(origin) {
            throw APIError(.forbidden, detail: "Origin not allowed")
        }
        let handshake = WebSocketHandshake(request, parameters: parameters, remoteAddress: context.remoteAddress)
        switch await route.admit(handshake) {
        case .refused(let error):
            throw error
        case .accepted(let subprotocol, let handler):
            let headers = try handshake.answer(confirming: subprotocol)
            let connection: WebSocketConnection
            do {
                connection = try await WebSocketConnection.open(
                    on: context.channel, configuration, slowReader: { [slowReaders] in slowReaders.increment() })
            } catch {
                throw APIError(.badRequest, detail: "The client has closed the connection, or its half of it")
            }
            return Response(
                status: .switchingProtocols, headers: headers,
                body: ResponseBody { _ in
                    await handler(connection)
                    connection.close(.normalClosure)
                })
        }
    }

    private func route(_ path: String) -> (WebSocketRoute, [String: String])? {
        for route in routes {
            if let parameters = route.parameters(of: path) { return (route, parameters) }
        }
        return nil
    }

    /// Behind a request for another protocol the HTTP parser reads nothing more, whatever the answer: the connection
    /// ends with it, or the client's next request would wait for ever.
    private func last(_ response: Response, of context: FrontContext) -> Response {
        var response = response
        response.headers[.connection] = "close"
        context.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        return response
    }
}
