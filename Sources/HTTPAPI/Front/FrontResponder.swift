import HTTPTypes
import Hummingbird

/// Leads every request to its operation.
///
/// A path without parameters is looked up whole: to walk the router's tree, a segment after the other, takes as long as to
/// read the body of a request. The router has every path, in every spelling that it takes for the same.
struct FrontResponder: HTTPResponder {
    private struct Operation: Hashable {
        let method: HTTPRequest.Method
        let path: String
    }

    private let handlers: [Operation: Route.Handler]
    private let middleware: FrontMiddleware
    private let router: RouterResponder<FrontContext>

    init(to routes: [Route], behind middleware: FrontMiddleware) {
        let withoutParameters = routes.filter { !$0.path.contains { "{*".contains($0) } }
        handlers = Dictionary(
            uniqueKeysWithValues: withoutParameters.map { route in
                (Operation(method: route.method, path: route.path), route.handler)
            })
        self.middleware = middleware
        let router = Router(context: FrontContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: middleware)
        router.install(routes)
        self.router = router.buildResponder()
    }

    func respond(to request: Request, context: FrontContext) async throws -> Response {
        let operation = Operation(method: request.method, path: request.uri.path)
        if let handler = handlers[operation] {
            return try await middleware.handle(request, context: context, next: handler)
        }
        // The router takes two slashes for one, and whoever stands in front of this server and judges by paths does not.
        if request.uri.path.contains("//") {
            return try await middleware.handle(request, context: context) { _, _ in
                throw APIError(.notFound, detail: "Not Found")
            }
        }
        return try await router.respond(to: request, context: context)
    }
}
