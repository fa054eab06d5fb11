import NIOCore

/// Bytes for a stream, framed once however many clients get them.
struct EventFrame: Sendable, Equatable {
    /// With the framing of HTTP/1.1 around them. A client that reads unchunked bodies in blocks would show nothing
    /// until a block is full, so every event is a chunk of its own (sse-gateway 6.4).
    let chunk: ByteBuffer
    /// Without it, for a client that speaks HTTP/1.0.
    let plain: ByteBuffer

    /// - Parameter text: not empty; an empty chunk would end the stream.
    init(_ text: String) {
        self.init(ByteBuffer(string: text))
    }

    private init(_ bytes: ByteBuffer) {
        let size = String(bytes.readableBytes, radix: 16)
        var chunk = ByteBuffer()
        chunk.reserveCapacity(bytes.readableBytes + size.utf8.count + 4)
        chunk.writeString(size)
        chunk.writeString("\r\n")
        let start = chunk.writerIndex
        chunk.writeImmutableBuffer(bytes)
        plain = chunk.getSlice(at: start, length: bytes.readableBytes) ?? bytes
        chunk.writeString("\r\n")
        self.chunk = chunk
    }

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    static let heartbeat = EventFrame(": heartbeat\n\n")
    /// A browser's EventSource drops an event without any data line, so there is an empty one.
    static let ready = EventFrame("event: ready\ndata:\n\n")
    private static let readyEnvelope = EventFrame("data: {\"type\":\"ready\",\"payload\":{}}\n\n")
    /// What ends a chunked body.
    static let end = ByteBuffer(string: "0\r\n\r\n")

    /// What tells a client that its stream is open.
    static func opening(_ event: ReadyEvent) -> EventFrame? {
        switch event {
        case .none: nil
        case .named: .ready
        case .envelope: .readyEnvelope
        }
    }

    /// An event with one data line for each line of the text. CR, LF and both together end a line, as a reader of
    /// Server-Sent Events sees it.
    static func lines(of data: String, name: String?) -> EventFrame {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(data.utf8.count + (name?.utf8.count ?? 0) + 32)
        if let name { bytes.writeString("event: \(name)\n") }
        bytes.writeString("data: ")
        var rest = data.utf8[...]
        while let end = rest.firstIndex(where: { $0 == carriageReturn || $0 == lineFeed }) {
            bytes.writeBytes(rest[..<end])
            bytes.writeString("\ndata: ")
            let next = rest.index(after: end)
            let isPair = rest[end] == carriageReturn && next < rest.endIndex && rest[next] == lineFeed
            rest = rest[(isPair ? rest.index(after: next) : next)...]
        }
        bytes.writeBytes(rest)
        bytes.writeString("\n\n")
        return EventFrame(bytes)
    }
}
