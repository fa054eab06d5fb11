import EventLog
import NIOCore
import NIOHTTP1

/// Puts a `ConnectionGuard` and `RequestTurns` where requests are just decoded, in a pipeline that somebody else makes.
final class ConnectionGuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    // It is where the parts have another type already, and touches none.
    typealias InboundIn = NIOAny

    private let patience: Interval
    private let bodySizeBytesMax: Int

    init(patience: Interval, bodySizeBytesMax: Int) {
        self.patience = patience
        self.bodySizeBytesMax = bodySizeBytesMax
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandlers(
                [ConnectionGuard(patience: patience), RequestTurns(bodySizeBytesMax: bodySizeBytesMax)],
                position: .after(decoder))
        } catch {
            context.fireErrorCaught(error)
        }
        pipeline.removeHandler(self, promise: nil)
    }
}
