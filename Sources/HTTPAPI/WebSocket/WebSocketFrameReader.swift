import NIOCore
import NIOWebSocket

/// Takes apart what a client sends and joins the fragments of its messages (RFC 6455, section 5).
///
/// NIO's own decoder holds a frame in memory until it is whole and cannot go on behind one that is too large; this one
/// takes payload as it comes and throws away what is beyond the limit.
struct WebSocketFrameReader {
    enum Item: Equatable {
        case message(WebSocketMessage)
        case ping(ByteBuffer)
        case pong
        /// The code is nil where the client gives none.
        case close(WebSocketErrorCode?)
    }

    /// Whoever sends more than this in one message does not mean to be understood: the connection ends.
    static let skippedSizeBytesMax = 1 << 20
    private static let controlSizeBytesMax = 125

    private struct Frame {
        let opcode: WebSocketOpcode
        let isFinal: Bool
        let mask: WebSocketMaskingKey
        let length: Int
        var taken = 0
    }

    /// A message whose last frame has not come.
    private struct Partial {
        let isText: Bool
        var bytes = ByteBuffer()
        /// Of all its frames so far, whether kept or thrown away.
        var size = 0
    }

    private let messageSizeBytesMax: Int
    private var frame: Frame?
    private var partial: Partial?

    init(messageSizeBytesMax: Int) {
        self.messageSizeBytesMax = messageSizeBytesMax
    }

    /// Takes the next item out of the buffer; nil where more bytes are needed.
    mutating func next(_ buffer: inout ByteBuffer) throws(WebSocketFault) -> Item? {
        while true {
            if frame == nil {
                guard let header = try header(&buffer) else { return nil }
                try begin(header)
                frame = header
            }
            guard let current = frame else { return nil }
            if current.opcode.isControlOpcode {
                guard var payload = buffer.readSlice(length: current.length) else { return nil }
                payload.webSocketUnmask(current.mask)
                frame = nil
                return try control(current.opcode, payload)
            }
            guard take(from: &buffer) else { return nil }
            if current.isFinal, let message = try finish() { return .message(message) }
        }
    }

    // MARK: Headers

    private func header(_ buffer: inout ByteBuffer) throws(WebSocketFault) -> Frame? {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self),
            let second = buffer.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        guard first & 0x70 == 0 else { throw .protocolError("A reserved bit is set") }
        guard second & 0x80 != 0 else { throw .protocolError("A frame is not masked") }
        guard let opcode = WebSocketOpcode(encodedWebSocketOpcode: first & 0x0F), Self.known.contains(opcode) else {
            throw .protocolError("An unknown opcode")
        }
        let length: Int
        let maskIndex: Int
        switch second & 0x7F {
        case 126:
            guard let value = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (length, maskIndex) = (Int(value), start + 4)
        case 127:
            guard let value = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            guard let value = Int(exactly: value) else { throw .protocolError("An impossible length") }
            (length, maskIndex) = (value, start + 10)
        case let value:
            (length, maskIndex) = (Int(value), start + 2)
        }
        guard let mask = buffer.viewBytes(at: maskIndex, length: 4).flatMap({ WebSocketMaskingKey($0) }) else {
            return nil
        }
        buffer.moveReaderIndex(to: maskIndex + 4)
        return Frame(opcode: opcode, isFinal: first & 0x80 != 0, mask: mask, length: length)
    }

    private static let known: [WebSocketOpcode] = [.continuation, .text, .binary, .connectionClose, .ping, .pong]

    /// Checks that the frame may come here.
    private mutating func begin(_ frame: Frame) throws(WebSocketFault) {
        if frame.opcode.isControlOpcode {
            guard frame.isFinal else { throw .protocolError("A control frame is fragmented") }
            guard frame.length <= Self.controlSizeBytesMax else { throw .protocolError("A control frame is too long") }
            return
        }
        if frame.opcode == .continuation {
            guard partial != nil else { throw .protocolError("A continuation of nothing") }
        } else {
            guard partial == nil else { throw .protocolError("A message begins inside another") }
            partial = Partial(isText: frame.opcode == .text)
        }
        let (size, overflows) = (partial?.size ?? 0).addingReportingOverflow(frame.length)
        guard !overflows, size <= max(Self.skippedSizeBytesMax, messageSizeBytesMax) else {
            throw WebSocketFault(code: .messageTooLarge, reason: "Message too large")
        }
        partial?.size = size
        if size > messageSizeBytesMax { partial?.bytes = ByteBuffer() }
    }

    // MARK: Payload

    /// Takes as much of the payload as is there, and returns whether that was all.
    private mutating func take(from buffer: inout ByteBuffer) -> Bool {
        guard var current = frame else { return false }
        let count = min(current.length - current.taken, buffer.readableBytes)
        if let partial, partial.size > messageSizeBytesMax {
            buffer.moveReaderIndex(forwardBy: count)
        } else if var piece = buffer.readSlice(length: count) {
            piece.webSocketUnmask(current.mask, indexOffset: current.taken)
            partial?.bytes.writeBuffer(&piece)
        }
        current.taken += count
        let isWhole = current.taken == current.length
        frame = isWhole ? nil : current
        return isWhole
    }

    private mutating func finish() throws(WebSocketFault) -> WebSocketMessage? {
        guard let message = partial else { return nil }
        partial = nil
        if message.size > messageSizeBytesMax { return .tooLarge }
        guard message.isText else { return .binary(sizeBytes: message.size) }
        guard let text = String(validating: message.bytes.readableBytesView, as: UTF8.self) else { throw .notUTF8 }
        return .text(text)
    }

    private func control(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) throws(WebSocketFault) -> Item {
        if opcode == .ping { return .ping(payload) }
        if opcode == .pong { return .pong }
        var payload = payload
        guard payload.readableBytes > 0 else { return .close(nil) }
        guard let code = payload.readInteger(as: UInt16.self), Self.mayBeSent(code) else {
            throw .protocolError("A close with an invalid code")
        }
        guard String(validating: payload.readableBytesView, as: UTF8.self) != nil else { throw .notUTF8 }
        return .close(WebSocketErrorCode(codeNumber: Int(code)))
    }

    /// Whether a close frame may say so: the registered codes, and those for libraries and applications
    /// (RFC 6455, sections 7.4.1 and 7.4.2).
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

extension WebSocketFault {
    fileprivate static let notUTF8 = WebSocketFault(code: .dataInconsistentWithMessage, reason: "A text is not UTF-8")
}
