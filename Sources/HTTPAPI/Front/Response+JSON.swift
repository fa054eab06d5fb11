import EventLog
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer whose body the closure writes as the members of one JSON object.
    static func object(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(reservingCapacity: 512)
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
