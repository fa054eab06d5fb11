import Crypto
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The backend of gateways: decides which of their streams may open, and has the events of the log sent on them
/// (sse-gateway 5 and 19).
struct GatewayDoor: Sendable {
    static let path = "/api/sse/callback"

    let door: GovernanceDoor
    let feeds: GatewayFeeds
    let configuration: FrontConfiguration

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
            await feed.forget(call.token)
            return Response.object { _ in }
        }
    }

    /// Whoever may call here could have events sent anywhere on the list of gateways, and no farther.
    private func isTrusted(_ request: Request) -> Bool {
        guard let secret = configuration.gatewaySecret else { return true }
        // Digests are compared, so that the time that it takes tells nothing.
        let given = SHA256.hash(data: Array((request.query("secret") ?? "").utf8))
        return given == SHA256.hash(data: Array(secret.utf8))
    }

    private func connect(_ call: GatewayCall, _ feed: GatewayFeed, _ logger: Logger) async -> Response {
        do {
            guard let stream = try await admit(call) else {
                return refusal(.badRequest, "There is no stream at \(call.target.path)")
            }
            let cursor = call.header(.lastEventID).flatMap { StreamCursor(lastEventID: $0) }
            try await feed.open(call.token, stream, from: cursor)
            // The stream begins with our own greeting, and its events are formatted here.
            return Response.object { $0.member("profile", "classic") }
        } catch let error as APIError {
            return refusal(error.status, error.sentence)
        } catch {
            logger.warning("a gateway's stream is refused", metadata: ["error": "\(error)"])
            return refusal(.serviceUnavailable, "The gateway cannot be reached from here")
        }
    }

    /// The one place that decides who may have a stream at a gateway.
    ///
    /// - Returns: nil for a path that is no stream.
    /// - Throws: `APIError` for who may not.
    private func admit(_ call: GatewayCall) async throws -> OperatorStream? {
        let path = call.target.path
        if path == "\(GovernanceDoor.aliasBase)/stream" {
            guard let sessionID = call.header(.sessionID) ?? call.query("session_id") else {
                throw APIError(.badRequest, detail: "session_id is required")
            }
            return try await door.admittedAlias(call.header(.operatorID), by: nil, in: sessionID)
        }
        let prefix = "\(GovernanceDoor.base)/stream/"
        guard path.hasPrefix(prefix), let operatorID = String(path.dropFirst(prefix.count)).removingPercentEncoding,
            !operatorID.isEmpty, !Identifier.hasControlCharacters(operatorID)
        else { return nil }
        guard let sessionID = call.query("session_id") else {
            throw APIError(.badRequest, detail: "session_id is required")
        }
        return try await door.admitted(operatorID, by: nil, in: sessionID)
    }

    private func refusal(_ status: HTTPResponse.Status, _ reason: String) -> Response {
        Response.object(status) { $0.member("error", reason) }
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
