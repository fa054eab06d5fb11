import EventLog
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer whose body the closure writes as the members of one JSON object.
    ///
    /// - Parameter sizeBytes: how long it will be, as far as that is known.
    static func object(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], sizeBytes: Int = 512,
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: sizeBytes)
        writer.object(body)
        return json(status, writer.bytes, headers: headers)
    }

    static func json(
        _ status: HTTPResponse.Status = .ok, _ bytes: [UInt8], headers: HTTPFields = [:]
    ) -> Response {
        json(status, ByteBuffer(bytes: bytes), headers: headers)
    }

    /// The same of bytes that several answers share.
    static func json(
        _ status: HTTPResponse.Status = .ok, _ bytes: ByteBuffer, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
