import NIOCore
import NIOHTTP1

/// Where a connection stands between its requests.
enum ConnectionState {
    /// Waits for a request.
    case idle
    /// A request is on its way in.
    case receiving(HTTPRequestHead, body: ByteBuffer)
    /// Its answer is being made.
    case answering(HTTPRequestHead)
    /// The backend is asked about a stream.
    case opening(HTTPRequestHead, EventStream)
    case streaming(EventStream)
    /// The last answer is written; what the client still sends is thrown away, so that it can read the answer before
    /// the connection is reset.
    case lingering
    case closed
}
