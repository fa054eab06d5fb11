import EventLog
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPAPI

/// `ConnectionGuard` and `RequestTurns`: requests that come before the answer to the last one was read.
struct ConnectionGuardTests {
    private let channel = EmbeddedChannel()
    private let events = SeenEvents()

    init() throws {
        try channel.pipeline.syncOperations.addHandlers(
            ConnectionGuard(patience: .seconds(10)), RequestTurns(bodySizeBytesMax: 1 << 20), events)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Which requests, and what else, a handler behind them hears of.
    private final class SeenEvents: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        private(set) var seen: [String] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): seen.append(head.uri)
            case .body: seen.append("body")
            case .end: seen.append("end")
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { seen.append("closed") }
        }
    }

    private func ask(_ uri: String, headers: HTTPHeaders = [:]) throws {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: uri, headers: headers)
        head.headers.add(name: "Host", value: "h")
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "x")))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
    }

    private func answer(flushing: Bool = true) {
        channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)), promise: nil)
        channel.write(HTTPServerResponsePart.end(nil), promise: nil)
        if flushing { channel.flush() }
    }

    @Test("each comes through when the answer to the one before it has gone out, and not when it is written")
    func held() throws {
        for uri in ["/1", "/2", "/3"] { try ask(uri) }
        #expect(events.seen == ["/1", "body", "end"])
        answer(flushing: false)
        #expect(events.seen.last == "end" && events.seen.count == 3)
        channel.flush()
        #expect(events.seen == ["/1", "body", "end", "/2", "body", "end"])
        answer()
        #expect(events.seen.suffix(3) == ["/3", "body", "end"])
        answer()
        try ask("/4")
        #expect(events.seen.suffix(3) == ["/4", "body", "end"])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("that the other side sends nothing more is heard of behind its last request")
    func closing() throws {
        for uri in ["/1", "/2"] { try ask(uri) }
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(events.seen == ["/1", "body", "end"])
        answer()
        #expect(events.seen == ["/1", "body", "end", "/2", "body", "end", "closed"])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("nothing more is read while something is held")
    func reading() throws {
        let reads = CountedReads()
        try channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try ask("/1")
        channel.read()
        #expect(reads.count == 1)
        try ask("/2")
        channel.read()
        channel.read()
        #expect(reads.count == 1)
        answer()
        #expect(reads.count == 2)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("behind the last answer more is read for a while, so that it can be heard, and not for ever")
    func lingering() throws {
        try ask("/1", headers: ["Connection": "close"])
        answer()
        let reads = CountedReads()
        try channel.pipeline.syncOperations.addHandler(reads, position: .first)
        for _ in 0..<1000 { channel.pipeline.fireChannelReadComplete() }
        #expect((10..<200).contains(reads.count))
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    private final class CountedReads: ChannelOutboundHandler {
        typealias OutboundIn = HTTPServerResponsePart
        private(set) var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    @Test("who waits to be told to go on hears it when its turn has come")
    func expecting() throws {
        try ask("/1")
        try ask("/2", headers: ["Expect": "100-continue", "Content-Length": "1"])
        #expect(try channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
        answer()
        var statuses: [HTTPResponseStatus] = []
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            if case .head(let head) = part { statuses.append(head.status) }
        }
        #expect(statuses == [.ok, .continue])
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test("a connection with too many of them ends")
    func tooMany() throws {
        for number in 1...ConnectionGuard.requestsInAdvanceMax { try ask("/\(number)") }
        #expect(channel.isActive)
        try channel.writeInbound(
            HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/one too many")))
        #expect(!channel.isActive)
        #expect(events.seen == ["/1", "body", "end"])
    }
}
