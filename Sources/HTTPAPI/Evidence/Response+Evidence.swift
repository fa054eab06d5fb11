import HTTPTypes
import Hummingbird
import NIOCore

/// How long an answer may be kept (C2SP tlog-tiles).
enum Caching: String {
    /// A checkpoint is followed by the next one within seconds.
    case briefly = "public, max-age=1"
    /// A tile never changes.
    case forever = "public, max-age=31536000, immutable"
}

extension Response {
    static func text(_ text: String, caching: Caching) -> Response {
        bytes(Array(text.utf8), type: "text/plain; charset=utf-8", caching: caching)
    }

    static func bytes(_ bytes: [UInt8], type: String, caching: Caching) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: caching.rawValue],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
