import EventLog
import HummingbirdCore
import NIOCore

extension HTTP1Channel.Configuration {
    /// Connections that end when their other side does not get on.
    ///
    /// - Parameter patience: how long may pass without a request, until a request has come, and until an answer is read.
    static func guarded(patience: Interval, bodySizeBytesMax: Int) -> Self {
        Self(
            additionalChannelHandlers: [
                ConnectionGuardInstaller(patience: patience, bodySizeBytesMax: bodySizeBytesMax)
            ],
            idleTimeout: .microseconds(patience.microseconds))
    }
}
