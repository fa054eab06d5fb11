import HTTPTypes
import Hummingbird
import NIOCore

/// How long an answer may be kept (C2SP tlog-tiles).
enum Caching: String {
    /// A checkpoint is followed by the next one within seconds.
    case briefly = "max-age=1"
    /// A tile never changes.
    case forever = "max-age=31536000, immutable"

    /// - Parameter principal: who alone gets the answer; nil where anybody may have it, from a cache between too.
    fileprivate func header(for principal: Principal?) -> String {
        "\(principal == nil ? "public" : "private"), \(rawValue)"
    }
}

extension Response {
    static func text(_ text: String, caching: Caching, for principal: Principal?) -> Response {
        bytes(Array(text.utf8), type: "text/plain; charset=utf-8", caching: caching, for: principal)
    }

    static func bytes(_ bytes: [UInt8], type: String, caching: Caching, for principal: Principal?) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: caching.header(for: principal)],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
