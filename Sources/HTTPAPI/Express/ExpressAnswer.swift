import EventLog
import HTTPTypes
import NIOCore

/// The answer to a request of the express lane.
struct ExpressAnswer {
    let status: HTTPResponse.Status
    private let fields: HTTPFields
    private let body: [UInt8]

    /// One that the closure writes the members of.
    ///
    /// - Parameter sizeBytes: how long it will be, as far as that is known.
    init(sizeBytes: Int = 512, _ members: (inout JSONWriter) -> Void) {
        status = .ok
        fields = [:]
        var writer = JSONWriter(reservingCapacity: sizeBytes)
        writer.object(members)
        body = writer.bytes
    }

    init(_ error: APIError) {
        status = error.status
        fields = error.headers
        var writer = JSONWriter()
        writer.object(error.write)
        body = writer.bytes
    }

    /// As it goes over the wire.
    ///
    /// - Parameter name: of the request.
    func bytes(name: String, at now: Timestamp) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(256 + body.count)
        if status == .ok {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
        for field in fields { buffer.writeString("\(field.name.rawName): \(field.value)\r\n") }
        buffer.writeStaticString("Content-Type: application/json\r\nX-Request-ID: ")
        buffer.writeString(name)
        buffer.writeStaticString("\r\nContent-Length: ")
        buffer.writeString(String(body.count))
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(HTTPDateCache.text(of: now))
        buffer.writeStaticString("\r\n\r\n")
        buffer.writeBytes(body)
        return buffer
    }
}
