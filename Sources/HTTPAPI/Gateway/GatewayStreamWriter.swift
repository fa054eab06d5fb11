import EventLog
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes to one stream of a gateway as to a response of our own: what a stream begins with is made in one place.
struct GatewayStreamWriter: ResponseBodyWriter {
    /// The stream is over, or its client has not read for too long.
    struct Ended: Error {}

    /// Larger pieces would not fit into a command of a gateway, escapes and all.
    static let pieceSizeBytesMax = 256 << 10
    private static let retryDelay = Interval(microseconds: 20_000)
    private static let patience = Interval.seconds(30)

    let client: GatewayClient
    let token: String
    let time: any TimeSource
    /// Whether the stream is not over yet; asked before each piece.
    let isWanted: @Sendable () async -> Bool

    mutating func write(_ buffer: ByteBuffer) async throws {
        for piece in buffer.events(inPiecesOf: Self.pieceSizeBytesMax) { try await send(piece) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}

    /// A stream that is about to open, or whose client reads slowly, takes no more for a while.
    private func send(_ piece: ByteBuffer) async throws {
        let deadline = time.now() + Self.patience
        while true {
            guard await isWanted() else { throw Ended() }
            let outcome = try await client.broadcast(piece, to: [token])
            if !outcome.gone.isEmpty { throw Ended() }
            if outcome.full.isEmpty { return }
            guard time.now() < deadline else { throw Ended() }
            try await time.wait(until: time.now() + Self.retryDelay)
        }
    }
}

extension ByteBuffer {
    private static let eventEnd: [UInt8] = [0x0A, 0x0A]

    /// The events in this buffer in as few pieces as possible, none longer unless a single event is.
    func events(inPiecesOf sizeBytesMax: Int) -> [ByteBuffer] {
        var pieces: [ByteBuffer] = []
        var rest = self
        while rest.readableBytes > sizeBytesMax {
            let bytes = rest.readableBytesView
            let limit = bytes.index(bytes.startIndex, offsetBy: sizeBytesMax)
            let end =
                bytes[..<limit].ranges(of: Self.eventEnd).last?.upperBound
                ?? bytes.firstRange(of: Self.eventEnd)?.upperBound ?? bytes.endIndex
            guard let piece = rest.readSlice(length: end - bytes.startIndex) else { break }
            pieces.append(piece)
        }
        if rest.readableBytes > 0 { pieces.append(rest) }
        return pieces
    }
}
