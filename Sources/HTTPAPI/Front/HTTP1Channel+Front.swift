import EventLog
import HummingbirdCore
import NIOCore

extension HTTP1Channel.Configuration {
    /// Connections that end when their other side does not get on.
    ///
    /// - Parameters:
    ///   - patience: how long may pass without a request, until a request has come, and until an answer is read.
    ///   - express: serves the commonest commands; nil where every request goes the usual way.
    static func guarded(patience: Interval, bodySizeBytesMax: Int, express: ExpressDesk?) -> Self {
        Self(
            additionalChannelHandlers: [
                ConnectionGuardInstaller(patience: patience, bodySizeBytesMax: bodySizeBytesMax, express: express)
            ])
    }
}
