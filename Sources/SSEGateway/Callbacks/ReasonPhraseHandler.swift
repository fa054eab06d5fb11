import NIOCore
import NIOHTTP1

/// Saves the reason phrase of a response, which the decoder behind it would drop, in a header field.
///
/// A client whose stream is refused reads the words of the backend (sse-gateway 6.3).
final class ReasonPhraseHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    static let field = "verdict-reason-phrase"
    /// A first line that is longer is none.
    private static let lineSizeBytesMax = 1024

    private var head = ByteBuffer()
    private var isPast = false

    /// Puts one in front of the decoder of an HTTP client's channel.
    static func install(in channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(ReasonPhraseHandler(), position: .before(decoder))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isPast else { return context.fireChannelRead(data) }
        head.writeImmutableBuffer(unwrapInboundIn(data))
        let line = head.readableBytesView
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count > Self.lineSizeBytesMax { pass(head, context) }
            return
        }
        let words = line[..<end].split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3 else { return pass(head, context) }
        let phrase = words[2].filter { $0 >= 0x20 && $0 < 0x7F }
        var marked = ByteBuffer(bytes: line[...end])
        marked.writeString("\(Self.field): ")
        marked.writeBytes(phrase)
        marked.writeString("\r\n")
        marked.writeBytes(line[line.index(after: end)...])
        pass(marked, context)
    }

    /// Whatever has come by the end is the decoder's to judge.
    func channelInactive(context: ChannelHandlerContext) {
        if !isPast, head.readableBytes > 0 { pass(head, context) }
        context.fireChannelInactive()
    }

    private func pass(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        isPast = true
        head = ByteBuffer()
        context.fireChannelRead(wrapInboundOut(buffer))
    }
}
