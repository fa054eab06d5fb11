import EventLog
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Identity

/// What a gateway asks or tells about one of its streams (sse-gateway 5.1).
struct GatewayCall: Sendable {
    enum Action: String, Sendable {
        case connect
        case disconnect
    }

    struct Malformed: Error {
        let reason: String
    }

    /// Much more than a UUID; a token stands in the log.
    private static let tokenSizeBytesMax = 256

    let action: Action
    /// The name of the stream at the gateway.
    let token: String
    /// Why a stream has ended; nil for an action that is none, or a reason that nobody knows.
    let reason: StreamEnd?
    /// What the client asked the gateway for.
    let target: URI
    private let headers: JSONObject

    /// - Throws: `Malformed`.
    init(_ body: [UInt8]) throws(Malformed) {
        guard let json = try? JSONParser.parse(body), json.objectValue != nil else {
            throw Malformed(reason: "The body is not a JSON object")
        }
        guard let action = json["action"]?.stringValue.flatMap(Action.init) else {
            throw Malformed(reason: "The action is neither connect nor disconnect")
        }
        guard let token = json["token"]?.stringValue, !token.isEmpty, let url = json["request"]?["url"]?.stringValue,
            let headers = json["request"]?["headers"]?.objectValue
        else { throw Malformed(reason: "A token, request.url and request.headers are required") }
        guard token.utf8.count <= Self.tokenSizeBytesMax, !Identifier.hasControlCharacters(token) else {
            throw Malformed(reason: "A token has at most \(Self.tokenSizeBytesMax) bytes and no control characters")
        }
        self.action = action
        self.token = token
        self.headers = headers
        reason = json["reason"]?.stringValue.flatMap(StreamEnd.init)
        target = URI(url)
    }

    /// A header field of the client's request.
    func header(_ name: HTTPField.Name) -> String? { headers[name.canonicalName]?.stringValue }

    /// What the client proves itself with: the bearer token of its headers, or the one in its query, since a browser's
    /// EventSource sends no header of its own.
    ///
    /// - Throws: 401 where there is neither.
    var credential: String {
        get throws(APIError) {
            do throws(APIError) {
                return try Authenticator.bearer(in: header(.authorization))
            } catch {
                guard let token = query("token"), !token.isEmpty else { throw error }
                return token
            }
        }
    }

    /// A parameter of the client's query; the last one of several.
    func query(_ name: String) -> String? {
        target.queryValues(name).last
    }
}
