import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// A request to go on as a WebSocket (RFC 6455, section 4.2.1).
struct WebSocketHandshake: Sendable {
    let headers: HTTPFields
    /// The parameters of the path, decoded.
    let parameters: [String: String]
    /// The parameters of the query; the last one of several.
    let query: [String: String]
    /// The sub-protocols that the client speaks, in its order.
    let subprotocols: [String]
    let remoteAddress: String?

    init(_ request: Request, parameters: [String: String], remoteAddress: String?) {
        headers = request.headers
        self.parameters = parameters
        query = Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) }, uniquingKeysWith: { $1 })
        subprotocols = request.headers.words(.secWebSocketProtocol)
        self.remoteAddress = remoteAddress
    }

    /// The headers of the answer that accepts.
    ///
    /// - Throws: 400 for a request that is no proper handshake, 426 for one of another version.
    func answer(confirming subprotocol: String?) throws(APIError) -> HTTPFields {
        guard headers[.secWebSocketVersion] == "13" else {
            throw APIError(
                HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required"),
                detail: "Only version 13 of the WebSocket protocol is spoken here",
                headers: [.secWebSocketVersion: "13", .upgrade: "websocket"])
        }
        let key = headers[.secWebSocketKey] ?? ""
        guard Data(base64Encoded: key)?.count == 16 else {
            throw APIError(.badRequest, detail: "Sec-WebSocket-Key must be 16 bytes in Base64")
        }
        var fields: HTTPFields = [.upgrade: "websocket", .connection: "Upgrade"]
        let hash = Insecure.SHA1.hash(data: Array((key + Self.acceptSuffix).utf8))
        fields[.secWebSocketAccept] = Data(hash).base64EncodedString()
        fields[.secWebSocketProtocol] = subprotocol
        return fields
    }

    /// RFC 6455, section 1.3.
    private static let acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
}

extension Request {
    /// Whether the HTTP parser takes what follows the request for another protocol, and reads no further request.
    var endsHTTP: Bool {
        method == .connect
            || (headers[.upgrade] != nil && headers.words(.connection).contains { $0.lowercased() == "upgrade" })
    }

    /// Whether the client wants a WebSocket. With a body it does not: its bytes would be read as frames.
    var asksForWebSocket: Bool {
        method == .get && endsHTTP && headers.words(.upgrade).contains { $0.lowercased() == "websocket" }
            && headers[.transferEncoding] == nil && (headers[.contentLength] ?? "0") == "0"
    }
}

extension HTTPFields {
    /// The elements of a list that is separated by commas.
    fileprivate func words(_ name: HTTPField.Name) -> [String] {
        (self[name] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
