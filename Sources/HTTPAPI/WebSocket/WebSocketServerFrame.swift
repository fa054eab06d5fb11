import NIOCore
import NIOWebSocket

/// A frame as a server sends it, whole and without a mask: the same bytes for every reader (RFC 6455, section 5.2).
struct WebSocketServerFrame: Sendable {
    private static let reasonSizeBytesMax = 123

    let bytes: ByteBuffer

    private init(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) {
        let count = payload.count
        var bytes = ByteBuffer()
        bytes.reserveCapacity(count + 10)
        bytes.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch count {
        case ...125:
            bytes.writeInteger(UInt8(count))
        case ...Int(UInt16.max):
            bytes.writeInteger(UInt8(126))
            bytes.writeInteger(UInt16(count))
        default:
            bytes.writeInteger(UInt8(127))
            bytes.writeInteger(UInt64(count))
        }
        bytes.writeBytes(payload)
        self.bytes = bytes
    }

    /// - Parameter text: UTF-8.
    static func text(_ text: [UInt8]) -> WebSocketServerFrame { WebSocketServerFrame(.text, text) }

    static let ping = WebSocketServerFrame(.ping, [])

    static func pong(_ payload: ByteBuffer) -> WebSocketServerFrame {
        WebSocketServerFrame(.pong, payload.readableBytesView)
    }

    /// A close; what is too long of its reason is cut off.
    static func close(_ code: WebSocketErrorCode?, reason: String = "") -> WebSocketServerFrame {
        var payload = ByteBuffer()
        if let code {
            payload.write(webSocketErrorCode: code)
            var reason = reason
            while reason.utf8.count > reasonSizeBytesMax { reason.removeLast() }
            payload.writeString(reason)
        }
        return WebSocketServerFrame(.connectionClose, payload.readableBytesView)
    }
}
