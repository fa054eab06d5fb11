import EventLog
import HTTPTypes
import Hummingbird
import Identity
import Logging

/// The backend of gateways: decides which of their streams may open, and has the events of the log sent on them
/// (sse-gateway 5 and 19).
struct GatewayDoor: Sendable {
    static let path = "/api/sse/callback"

    let door: GovernanceDoor
    let feeds: GatewayFeeds
    let configuration: FrontConfiguration
    /// Nil where nobody has to prove who they are.
    let authenticator: Authenticator?

    /// The callback looks after itself: whoever calls is a gateway, and whoever it speaks of is judged as at our own streams.
    var routes: [Route] { [.post(Self.path, callback)] }

    @Sendable private func callback(_ request: Request, _ context: FrontContext) async throws -> Response {
        guard isTrusted(request) else { return refusal(.unauthorized, "Unauthorized") }
        guard let feed = feeds[request.query("gateway")] else {
            return refusal(.forbidden, "The query must name one of this server's gateways")
        }
        let bytes = try await request.bytes(upTo: configuration.bodySizeBytesMax)
        let call: GatewayCall
        do {
            call = try GatewayCall(bytes)
        } catch {
            return refusal(.badRequest, error.reason)
        }
        switch call.action {
        case .connect: return await connect(call, feed, context.logger)
        case .disconnect:
            await feed.forget(call.token, call.reason ?? .error)
            return Response.object { _ in }
        }
    }

    /// Whoever may call here could have events sent anywhere on the list of gateways, and no farther. Where everybody has
    /// to prove who they are, so has a gateway.
    private func isTrusted(_ request: Request) -> Bool {
        guard let secret = configuration.gatewaySecret else { return configuration.authentication == .open }
        return secret.matches(request.query("secret") ?? "")
    }

    private func connect(_ call: GatewayCall, _ feed: GatewayFeed, _ logger: Logger) async -> Response {
        do {
            guard let (stream, principal) = try await admit(call) else {
                return refusal(.badRequest, "There is no stream at \(call.target.path)")
            }
            let cursor = call.header(.lastEventID).flatMap { StreamCursor(lastEventID: $0) }
            try await feed.open(call.token, stream, by: principal, from: cursor)
            // The stream begins with our own greeting, and its events are formatted here.
            return Response.object { $0.member("profile", "classic") }
        } catch let error as APIError {
            return refusal(error.status, error.sentence, headers: error.headers)
        } catch {
            logger.warning("a gateway's stream is refused", metadata: ["error": "\(error)"])
            return refusal(.serviceUnavailable, "The gateway cannot be reached from here")
        }
    }

    // MARK: Who may have a stream

    /// The one place that decides who may have a stream at a gateway: whoever may have the same one at this server.
    ///
    /// - Returns: the stream, and who watches where that is proved; nil for a path that is no stream.
    /// - Throws: `APIError` for who may not, with the status that the server's own stream would have.
    private func admit(_ call: GatewayCall) async throws -> (OperatorStream, Principal?)? {
        let path = call.target.path
        if path == "\(GovernanceDoor.aliasBase)/stream" {
            let principal = try await principal(of: call)
            guard let sessionID = call.header(.sessionID) ?? call.query("session_id") else {
                throw APIError(.badRequest, detail: "session_id is required")
            }
            let stream = try await door.admittedAlias(call.header(.operatorID), by: principal, in: sessionID)
            return (stream, principal)
        }
        let prefix = "\(GovernanceDoor.base)/stream/"
        guard path.hasPrefix(prefix), let operatorID = PathParameter.decoded(path.dropFirst(prefix.count)),
            !operatorID.isEmpty
        else { return nil }
        let principal = try await principal(of: call)
        guard let sessionID = call.query("session_id") else {
            throw APIError(.badRequest, detail: "session_id is required")
        }
        return (try await door.admitted(operatorID, by: principal, in: sessionID), principal)
    }

    /// Whose the token of the client is, by the rules of our own streams.
    ///
    /// - Returns: nil where nobody has to prove it.
    private func principal(of call: GatewayCall) async throws(APIError) -> Principal? {
        guard let authenticator else { return nil }
        return try await authenticator.principal(
            ofToken: call.credential, having: GovernanceDoor.streamPermissions)
    }

    private func refusal(
        _ status: HTTPResponse.Status, _ reason: String, headers: HTTPFields = [:]
    ) -> Response {
        Response.object(status, headers: headers) { $0.member("error", reason) }
    }
}

extension APIError {
    fileprivate var sentence: String {
        switch detail {
        case .sentence(let sentence): sentence
        case .issues: status.reasonPhrase
        }
    }
}
