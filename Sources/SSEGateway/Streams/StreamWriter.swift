import EventLog
import NIOCore

/// The response of a stream: what is written to its client, and how much of it waits.
final class StreamWriter {
    private let channel: any Channel
    private let isChunked: Bool
    private let unsentSizeBytesMax: Int
    /// A write that fails closes the connection within the write. Whoever writes says then what that means; the closing
    /// says nothing.
    private(set) var isWriting = false

    /// - Parameter isChunked: false for a client that speaks HTTP/1.0.
    init(_ channel: any Channel, isChunked: Bool, unsentSizeBytesMax: Int) {
        self.channel = channel
        self.isChunked = isChunked
        self.unsentSizeBytesMax = unsentSizeBytesMax
    }

    /// Whether nothing much waits for the client to read.
    var isFluent: Bool { channel.isWritable }

    func writeHead(at now: Timestamp) -> Bool {
        write((isChunked ? HTTPAnswer.stream : .unchunkedStream).bytes(at: now))
    }

    func write(_ frame: EventFrame) -> Bool {
        write(isChunked ? frame.chunk : frame.plain)
    }

    /// Whether the client has read so much of what was sent that this may wait with the rest. One that does not read is
    /// written to until it would take too much memory (sse-gateway 10, R15).
    func hasRoom(for frame: EventFrame) -> Bool {
        hasRoom(for: frame.chunk.readableBytes)
    }

    /// - Returns: whether the connection took it. It may still wait for the client to read.
    private func write(_ bytes: ByteBuffer) -> Bool {
        guard channel.isActive, hasRoom(for: bytes.readableBytes) else { return false }
        isWriting = true
        channel.writeAndFlush(bytes, promise: nil)
        isWriting = false
        return channel.isActive
    }

    private func hasRoom(for count: Int) -> Bool {
        guard !channel.isWritable else { return true }
        let unsent = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return unsent + count <= unsentSizeBytesMax
    }

    /// Writes the end of the body. A connection that has not taken it when the time is over is closed.
    ///
    /// - Parameter onEnd: called when the connection has taken it.
    func finish(within limit: Interval, onEnd: @escaping () -> Void) {
        let channel = channel
        let cut = channel.eventLoop.scheduleTask(in: limit.timeAmount) { channel.close(promise: nil) }
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { result in
            cut.cancel()
            if case .success = result { onEnd() }
        }
        channel.writeAndFlush(isChunked ? EventFrame.end : ByteBuffer(), promise: written)
    }

    /// Closes the connection, whatever waits.
    func cut() {
        channel.close(promise: nil)
    }
}
