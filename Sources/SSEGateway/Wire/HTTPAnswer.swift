import EventLog
import NIOCore
import NIOHTTP1

/// The bytes of a response.
///
/// They are written here and not by an encoder in the pipeline: an event then goes out as one buffer that all clients
/// share, and what a check compares byte for byte stands in one place.
struct HTTPAnswer: Sendable {
    let status: HTTPResponseStatus
    private let fields: [(name: String, value: String)]
    let body: [UInt8]

    /// Pages of every origin may read every answer (sse-gateway 4).
    private static let accessControl = [
        ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", "Content-Type, Cache-Control"),
    ]

    private init(_ status: HTTPResponseStatus, _ fields: [(String, String)], _ body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// - Parameter more: header fields beside the usual ones.
    static func json(
        _ status: HTTPResponseStatus, _ more: [(String, String)] = [], _ write: (inout JSONWriter) -> Void
    ) -> HTTPAnswer {
        var writer = JSONWriter()
        writer.object(write)
        let usual = [("Content-Type", "application/json"), ("Content-Length", "\(writer.bytes.count)")]
        return HTTPAnswer(status, usual + more, writer.bytes)
    }

    /// The answer to `OPTIONS`.
    static let noContent = HTTPAnswer(.noContent, [])

    /// The head of a stream (sse-gateway 6.4).
    static let stream = HTTPAnswer(
        .ok,
        [
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("Connection", "keep-alive"),
            ("X-Accel-Buffering", "no"), ("Transfer-Encoding", "chunked"),
        ])
    /// The same for a client that speaks HTTP/1.0: its body ends with the connection.
    static let unchunkedStream = HTTPAnswer(
        .ok,
        [
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("Connection", "close"),
            ("X-Accel-Buffering", "no"),
        ])

    /// - Parameters:
    ///   - connection: a value for the `Connection` field; the answer's own otherwise.
    ///   - hasBody: false for an answer to `HEAD`.
    func bytes(at now: Timestamp, connection: String? = nil, hasBody: Bool = true) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(512 + body.count)
        buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for (name, value) in fields + Self.accessControl where connection == nil || name != "Connection" {
            buffer.writeString("\(name): \(value)\r\n")
        }
        if let connection { buffer.writeString("Connection: \(connection)\r\n") }
        buffer.writeString("Date: \(now.httpDate)\r\n\r\n")
        if hasBody { buffer.writeBytes(body) }
        return buffer
    }
}
