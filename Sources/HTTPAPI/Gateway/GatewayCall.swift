import EventLog
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// What a gateway asks or tells about one of its streams (sse-gateway 5.1).
struct GatewayCall: Sendable {
    enum Action: String, Sendable {
        case connect
        case disconnect
    }

    struct Malformed: Error {
        let reason: String
    }

    let action: Action
    let token: String
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
        self.action = action
        self.token = token
        self.headers = headers
        target = URI(url)
    }

    /// A header field of the client's request.
    func header(_ name: HTTPField.Name) -> String? { headers[name.canonicalName]?.stringValue }

    /// A parameter of the client's query; the last one of several.
    func query(_ name: String) -> String? {
        target.queryParameters.getAll(name).last
    }
}
