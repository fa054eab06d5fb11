import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// What arrives on the streams of a measurement, and when.
final class Arrivals: Sendable {
    struct State {
        /// The first bytes of the first event.
        var openedAt: [Int: NIODeadline] = [:]
        /// Answers that are no streams, by status.
        var refused: [String: Int] = [:]
        var failed = 0
        /// Heartbeats of each stream.
        var heartbeats: [Int: [NIODeadline]] = [:]
        /// When the event that is waited for came.
        var markerAt: [NIODeadline] = []
        var marker = "none"
        /// The numbers of the events that each stream has got.
        var numbers: [Int: [Int]] = [:]
    }

    let state = Mutex(State())
}

/// Opens a stream and looks for a few words in what comes.
final class StreamClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let number: Int
    private let arrivals: Arrivals
    private var isOpen = false
    /// The beginning of a number whose end has not come.
    private var rest = ""

    private init(_ number: Int, _ arrivals: Arrivals) {
        self.number = number
        self.arrivals = arrivals
    }

    /// - Returns: the connection; nil where there is none.
    static func open(_ number: Int, port: Int, _ arrivals: Arrivals) async -> (any Channel)? {
        let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamClient(number, arrivals))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        guard let channel else {
            arrivals.state.withLock { $0.failed += 1 }
            return nil
        }
        channel.writeAndFlush(ByteBuffer(string: "GET /\(number) HTTP/1.1\r\nHost: bench\r\n\r\n"), promise: nil)
        return channel
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        let text = String(buffer: unwrapInboundIn(data))
        let isFirst = !isOpen && text.contains("connection_open")
        if isFirst { isOpen = true }
        arrivals.state.withLock { state in
            if isFirst { state.openedAt[number] = now }
            if text.contains(": heartbeat") { state.heartbeats[number, default: []].append(now) }
            if text.contains(state.marker) { state.markerAt.append(now) }
            for number in numbers(in: text) { state.numbers[self.number, default: []].append(number) }
            if text.hasPrefix("HTTP/1.1 "), !text.hasPrefix("HTTP/1.1 200") {
                state.refused[String(text.dropFirst(9).prefix(3)), default: 0] += 1
            }
        }
    }

    /// The numbers in `data: number 7;` that have come whole.
    private func numbers(in text: String) -> [Int] {
        guard !rest.isEmpty || text.contains("number") else { return [] }
        var parts = (rest + text).components(separatedBy: "number ")
        rest = ""
        if let last = parts.last, parts.count > 1, !last.contains(";") {
            rest = "number " + last
            parts.removeLast()
        }
        return parts.dropFirst().compactMap { Int($0.prefix { $0 != ";" }) }
    }
}
