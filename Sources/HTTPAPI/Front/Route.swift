import HTTPTypes
import Hummingbird

/// One operation of a door.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, FrontContext) async throws -> Response

    let method: HTTPRequest.Method
    let path: String
    let handler: Handler

    static func get(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .get, path: path, handler: handler)
    }

    static func post(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .post, path: path, handler: handler)
    }
}

extension Router where Context == FrontContext {
    /// Installs the routes, and on each of their paths an answer to every other method.
    func install(_ routes: [Route]) {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            var allowed = Set(routes.map(\.method))
            for route in routes {
                on(RouterPath(path), method: route.method, use: route.handler)
            }
            if allowed.contains(.get) { allowed.insert(.head) }
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.knownMethods where !allowed.contains(method) {
                on(RouterPath(path), method: method) { _, _ -> Response in
                    throw APIError(.methodNotAllowed, detail: "Method Not Allowed", headers: [.allow: allow])
                }
            }
        }
    }

    /// Every method that the server's HTTP parser lets through.
    private static var knownMethods: [HTTPRequest.Method] {
        let others = [
            "ACL", "BIND", "CHECKOUT", "COPY", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL",
            "MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "QUERY", "REBIND", "REPORT", "SEARCH", "SOURCE",
            "SUBSCRIBE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
        ]
        return [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
            + others.compactMap { HTTPRequest.Method($0) }
    }
}
