import HTTPTypes
import Hummingbird
import NIOCore

/// Says which pages of other origins may read the answers, errors included.
struct CORSHeaders: Sendable {
    let policy: CORSPolicy

    /// The answer to a browser that asks before it asks; nil for any other request.
    func preflight(_ request: Request) -> Response? {
        guard let origin = request.headers[.origin], request.method == .options,
            request.headers[.accessControlRequestMethod] != nil
        else { return nil }
        let isAllowed = policy.allows(origin)
        let text = isAllowed ? "OK" : "Disallowed CORS origin"
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        mark(&headers, for: origin)
        headers[.accessControlExposeHeaders] = nil
        if isAllowed {
            headers[.accessControlAllowMethods] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
            headers[.accessControlMaxAge] = "600"
            headers[.accessControlAllowHeaders] = request.headers[.accessControlRequestHeaders]
        }
        return Response(
            status: isAllowed ? .ok : .badRequest, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Marks the answer to a request that comes from a page.
    func mark(_ response: inout Response, to request: Request) {
        if let origin = request.headers[.origin] { mark(&response.headers, for: origin) }
    }

    /// What a page may read of an answer beside its body.
    private static let exposed = "Content-Disposition, Link, Retry-After, Verdict-As-Of, X-Request-ID"

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
        headers[.accessControlExposeHeaders] = Self.exposed
    }
}
