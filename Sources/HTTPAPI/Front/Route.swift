import HTTPTypes
import Hummingbird
import Identity

/// One operation of a door.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, FrontContext) async throws -> Response

    let method: HTTPRequest.Method
    let path: String
    /// False for the operations of the HITL API: there HEAD is a wrong method, and a slash behind the path leads to the
    /// path without it (hitl-api 2).
    let isLenient: Bool
    /// Any of these is enough where authentication is required; nil for an operation that is everybody's, or looks after
    /// itself.
    private(set) var permissions: [Permission]?
    /// Whether OPTIONS is answered with the methods that there are, as those ask who only want to know that somebody is there.
    private(set) var answersOptions = false
    private(set) var handler: Handler

    init(method: HTTPRequest.Method, path: String, isLenient: Bool = true, handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.isLenient = isLenient
        self.handler = handler
    }

    /// The handler of an operation at whose path a slash too many leads to the path without it.
    fileprivate var strictHandler: Handler {
        { [handler] request, context in
            if let redirect = request.redirectWithoutSlash { return redirect }
            return try await handler(request, context)
        }
    }

    static func get(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .get, path: path, handler: handler)
    }

    static func post(_ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: .post, path: path, handler: handler)
    }

    /// The same operation for those who have one of these permissions, where authentication is required.
    func needing(_ permissions: Permission...) -> Route { needing(permissions) }

    func needing(_ permissions: [Permission]) -> Route {
        var route = self
        route.permissions = permissions
        return route
    }

    /// The same operation behind the check of its permissions.
    func guarded(by authenticator: Authenticator) -> Route {
        guard let permissions else { return self }
        var route = self
        let handler = handler
        route.handler = { request, context in
            let principal = try await authenticator.principal(
                ofToken: Authenticator.bearer(of: request), having: permissions)
            var context = context
            context.principal = principal
            return try await handler(request, context)
        }
        return route
    }
}

extension Route {
    func answeringOptions() -> Route {
        var route = self
        route.answersOptions = true
        return route
    }
}

extension Router where Context == FrontContext {
    /// Installs the routes, and on each of their paths an answer to every other method.
    func install(_ routes: [Route]) {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            var allowed = Set(routes.map(\.method))
            for route in routes {
                on(RouterPath(path), method: route.method, use: route.isLenient ? route.handler : route.strictHandler)
            }
            if allowed.contains(.get), routes.allSatisfy(\.isLenient) { allowed.insert(.head) }
            let answersOptions = routes.contains(where: \.answersOptions)
            if answersOptions { allowed.insert(.options) }
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            if answersOptions {
                on(RouterPath(path), method: .options) { _, _ in Response(status: .noContent, headers: [.allow: allow])
                }
            }
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

extension Request {
    /// The way to the same path without the slash at its end; nil where it has none.
    fileprivate var redirectWithoutSlash: Response? {
        let path = uri.path
        guard path.hasSuffix("/"), let end = path.lastIndex(where: { $0 != "/" }) else { return nil }
        let query = uri.query.map { "?\($0)" } ?? ""
        return Response(status: .temporaryRedirect, headers: [.location: path[...end] + query])
    }
}
