import EventLog
import NIOCore
import NIOHTTP1

/// Puts a `ConnectionGuard` and `RequestTurns` where requests are just decoded, and an `ExpressLane` in front of all, in a
/// pipeline that somebody else makes.
final class ConnectionGuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    // It is where the parts have another type already, and touches none.
    typealias InboundIn = NIOAny

    private let patience: Interval
    private let bodySizeBytesMax: Int
    private let express: ExpressDesk?

    init(patience: Interval, bodySizeBytesMax: Int, express: ExpressDesk?) {
        self.patience = patience
        self.bodySizeBytesMax = bodySizeBytesMax
        self.express = express
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let connection = ConnectionGuard(patience: patience)
            let turns = RequestTurns(bodySizeBytesMax: bodySizeBytesMax)
            try pipeline.addHandlers([connection, turns], position: .after(decoder))
            if let express {
                let lane = ExpressLane(desk: express, connection: connection)
                try pipeline.addHandler(lane, position: .first)
                let place = try pipeline.context(handler: lane)
                turns.whenFree = { lane.usualWayIsFree(place) }
            }
        } catch {
            context.fireErrorCaught(error)
        }
        pipeline.removeHandler(self, promise: nil)
    }
}
