import EventLog
import Governance
import HTTPTypes
import Hummingbird
import Identity
import Ledger

/// The door of the HITL API: users and their tokens, analyses that wait for an answer, and the answers.
struct HITLDoor: Sendable {
    let ledger: Ledger
    let hub: StreamHub
    let live: LiveFeed
    let authenticator: Authenticator
    let configuration: FrontConfiguration

    var identity: IdentityServices { authenticator.identity }

    /// The prefix of the API, and the one that the web console uses for decisions (hitl-api 14.3).
    static let decisionBases = ["/api/decisions", "/api/hitl/decisions"]

    var routes: [Route] {
        authRoutes + userRoutes + Self.decisionBases.flatMap(decisionRoutes)
            + [
                route(.get, "/api/status", for: .anyone, status),
                route(.get, "/api/ws/stats", for: .anyone, socketStatistics),
                route(.get, "/api/audit", for: .administrator, audit),
            ]
    }

    private var authRoutes: [Route] {
        [
            Route(method: .post, path: "/api/auth/login", isLenient: false, handler: logIn),
            Route(method: .post, path: "/api/auth/refresh", isLenient: false, handler: refresh),
            route(.post, "/api/auth/logout", for: .anyone, logOut),
            route(.get, "/api/auth/me", for: .anyone, me),
            route(.post, "/api/auth/password", for: .person, body: .json, changePassword),
            route(.post, "/api/auth/2fa/setup", for: .person, setUpSecondFactor),
            Route(method: .post, path: "/api/auth/2fa/verify", isLenient: false, handler: verifySecondFactor),
        ]
    }

    private var userRoutes: [Route] {
        [
            route(.post, "/api/auth/register", for: .administrator, body: .json, register),
            route(.get, "/api/auth/users", for: .administrator, users),
            route(.patch, "/api/auth/users/:username", for: .administrator, body: .json, changeUser),
            route(.post, "/api/auth/users/:username/reset-2fa", for: .administrator, resetSecondFactor),
            route(.post, "/api/auth/services", for: .administrator, body: .json, registerService),
            route(.post, "/api/auth/services/:username/credential", for: .administrator, renewCredential),
            route(.post, "/api/auth/keys/rotate", for: .administrator, rotateKeys),
        ]
    }

    private func decisionRoutes(under base: String) -> [Route] {
        [
            route(.post, "\(base)/submit", for: .anyone, body: .json, submit),
            // The words of other paths are names too, where they are asked for (hitl-api 8.3).
            route(.get, "\(base)/submit", for: .anyone) { try await analysis("submit", $0, $1, $2) },
            route(.get, "\(base)/stats", for: .anyone) { try await analysis("stats", $0, $1, $2) },
            route(.get, "\(base)/pending", for: .analyst, pending),
            route(.get, "\(base)/stats/summary", for: .anyone, statistics),
            route(.get, "\(base)/:analysis_id", for: .anyone) { request, context, call in
                try await analysis(try context.analysisID, request, context, call)
            },
            route(.post, "\(base)/:analysis_id/decide", for: .analyst, body: .json, decide),
            route(.get, "\(base)/:analysis_id/response", for: .anyone, answer),
            route(.post, "\(base)/:analysis_id/escalate", for: .analyst, body: .json, escalate),
        ]
    }

    // MARK: One operation

    /// Who may ask for an operation (hitl-api 5).
    enum Clearance: Sendable {
        case anyone, person, analyst, administrator
    }

    /// What the body of an operation is.
    enum BodyKind: Sendable {
        case none, json
    }

    /// A call whose sender is known and cleared.
    struct Call: Sendable {
        let principal: Principal
        let token: String
        /// The body as JSON; nil where there was none.
        let body: JSON?
        /// The body as it came.
        let bytes: [UInt8]
    }

    typealias Handler = @Sendable (Request, FrontContext, Call) async throws -> Response

    /// A route that checks in this order: the syntax of the body, the token, the clearance; the rest is the handler's
    /// (hitl-api 3.3).
    private func route(
        _ method: HTTPRequest.Method, _ path: String, for clearance: Clearance, body kind: BodyKind = .none,
        _ handler: @escaping Handler
    ) -> Route {
        Route(method: method, path: path, isLenient: false) { request, context in
            var (body, bytes): (JSON?, [UInt8]) = (nil, [])
            if kind == .json {
                bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
                body = try BodyReader.value(bytes, isJSON: request.isJSON)
            }
            let token = try Authenticator.bearer(of: request)
            let principal = try await authenticator.principal(ofToken: token)
            do throws(APIError) {
                try Self.check(principal, clearance)
            } catch {
                let refused = AccessEvent.permissionRefused(
                    username: principal.name, operation: "\(method.rawValue) \(path)")
                if principal.kind != .local { await authenticator.recorder.record(refused, origin(context)) }
                throw error
            }
            return try await handler(
                request, context, Call(principal: principal, token: token, body: body, bytes: bytes))
        }
    }

    private static func check(_ principal: Principal, _ clearance: Clearance) throws(APIError) {
        switch clearance {
        case .anyone: break
        case .person: if principal.kind != .person { throw .insufficientPermissions }
        case .analyst: if !principal.may(.answer) { throw .insufficientPermissions }
        case .administrator: if !principal.may(.administer) { throw .administratorRequired }
        }
    }

    // MARK: Commands

    /// Where a command of this door comes from. Operations on users never carry the hash of their bodies: passwords stand
    /// there.
    func origin(_ context: FrontContext) -> Origin {
        Origin(requestID: context.id, sourceAddress: context.remoteAddress)
    }

    func execute(
        _ command: Command, _ request: Request, _ context: FrontContext, _ call: Call
    ) async throws(APIError) -> Receipt {
        let origin = try Origin(request, context, by: call.principal, body: call.bytes)
        do throws(CommandError) {
            return try await ledger.execute(command, origin: origin)
        } catch {
            throw APIError(hitl: error)
        }
    }

    func execute(_ command: IdentityCommand, _ context: FrontContext) async throws(APIError) -> Receipt {
        do throws(CommandError) {
            return try await ledger.execute(.identity(command), origin: origin(context))
        } catch {
            throw APIError(hitl: error)
        }
    }
}

extension FrontContext {
    /// The id in the path; one with a slash is no path of ours (hitl-api 2).
    var analysisID: String {
        get throws {
            let text = try pathParameter("analysis_id")
            guard !text.contains("/") else { throw APIError(.notFound, detail: "Not Found") }
            return text
        }
    }
}
