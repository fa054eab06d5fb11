/// What the backend of a test does with a callback.
enum BackendReply: Sendable {
    /// Bytes as they are, then the end of the connection.
    case raw(String)
    /// Ends the connection without a word.
    case hangUp
    /// Never answers.
    case silence

    /// What a backend of the classic protocol answers to every connect (sse-gateway 2).
    static let connectionOpen = json(#"{"event":{"name":"connection_open","data":"{\"status\": \"connected\"}"}}"#)
    static let empty = json("")

    static func json(_ body: String) -> BackendReply { status("200 OK", body) }

    /// - Parameter line: the status with its words.
    static func status(_ line: String, _ body: String = #"{"error":"no"}"#) -> BackendReply {
        .raw(
            "HTTP/1.1 \(line)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}
