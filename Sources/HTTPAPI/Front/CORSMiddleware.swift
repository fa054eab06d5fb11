import HTTPTypes
import Hummingbird
import NIOCore

/// Says which pages of other origins may read the answers, errors included.
struct CORSMiddleware: RouterMiddleware {
    let policy: CORSPolicy

    func handle(
        _ request: Request, context: FrontContext, next: (Request, FrontContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            return preflight(request, from: origin)
        }
        var response = try await next(request, context)
        mark(&response.headers, for: origin)
        return response
    }

    private func preflight(_ request: Request, from origin: String) -> Response {
        let isAllowed = policy.allows(origin)
        let text = isAllowed ? "OK" : "Disallowed CORS origin"
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        mark(&headers, for: origin)
        headers[.accessControlAllowMethods] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
        headers[.accessControlMaxAge] = "600"
        headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        return Response(
            status: isAllowed ? .ok : .badRequest, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func mark(_ headers: inout HTTPFields, for origin: String) {
        switch policy {
        case .any:
            headers[.accessControlAllowOrigin] = "*"
        case .only:
            headers[.vary] = "Origin"
            guard policy.allows(origin) else { return }
            headers[.accessControlAllowOrigin] = origin
            headers[.accessControlAllowCredentials] = "true"
        }
    }
}
