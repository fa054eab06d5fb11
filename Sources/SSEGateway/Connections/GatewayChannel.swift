import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Makes the connections of Hummingbird's server into connections of the gateway.
///
/// Hummingbird's own HTTP channel gives each connection a task and two asynchronous sequences. A stream is silent for most
/// of its life, there are thousands of them, and what happens to one has to happen in one order: so a connection is
/// a handler on its event loop and nothing else.
struct GatewayChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let core: GatewayCore

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = core.configuration.headSizeBytesMax
            limits.maxHeaderListSize = core.configuration.headSizeBytesMax
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(decoder), ConnectionHandler(core: core))
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        try? await value.channel.closeFuture.get()
    }
}
