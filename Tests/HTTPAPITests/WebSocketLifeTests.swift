import EventLog
import NIOCore
import NIOPosix
import NIOWebSocket
import Testing
import VerdictTesting

@testable import HTTPAPI

/// How a WebSocket lives and ends.
@Suite("The life of a WebSocket", .timeLimit(.minutes(1)))
struct WebSocketLifeTests {
    @Test("a client's ping is answered with what it carries")
    func ping() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await alice.sendFrame(.ping, [1, 2, 3])
            let pong = try #require(await alice.nextFrame())
            #expect(pong.opcode == .pong)
            #expect(Array(pong.data.readableBytesView) == [1, 2, 3])
        }
    }

    @Test("fragments are one message")
    func fragments() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await alice.sendFrame(.text, Array(#"{"type":"#.utf8), isFinal: false)
            try await alice.sendFrame(.ping, [])
            try await alice.sendFrame(.continuation, Array(#""ping"}"#.utf8))
            #expect(try await alice.next()["type"] == "pong")
        }
    }

    @Test("8,192 bytes are accepted; 8,193 are refused, and the connection is as good as before")
    func size() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            let padding = String(repeating: " ", count: 8192 - #"{"type":"ping"}"#.utf8.count)
            try await alice.send(#"{"type":"ping"}"# + padding)
            #expect(try await alice.next()["type"] == "pong")
            try await alice.send(#"{"type":"ping"}"# + padding + " ")
            #expect(try await alice.next()["error_code"] == "MESSAGE_TOO_LARGE")
            try await alice.sendFrame(.text, Array(#"{"type":"ping"}"#.utf8), isFinal: false)
            try await alice.sendFrame(.continuation, Array((padding + " ").utf8))
            #expect(try await alice.next()["error_code"] == "MESSAGE_TOO_LARGE")
            try await alice.send(#"{"type":"ping"}"#)
            #expect(try await alice.next()["type"] == "pong")
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let closing: WebSocketClient.Closing
        var testDescription: String { name }
    }

    @Test(
        "a fault closes with its code, and what was sent before is answered before",
        arguments: [
            Fault(
                name: "unmasked", bytes: [0x81, 0x01, 0x61],
                closing: .init(.protocolError, "A frame is not masked")),
            Fault(
                name: "not UTF-8", bytes: WebSocketClient.frame(.text, [0xFF]),
                closing: .init(.dataInconsistentWithMessage, "A text is not UTF-8")),
            Fault(
                name: "beyond a megabyte", bytes: [0x81, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 1, 2, 3],
                closing: .init(.messageTooLarge, "Message too large")),
        ])
    func faults(_ fault: Fault) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            let ping = WebSocketClient.frame(.ping, [7])
            try await alice.sendBytes(ping + fault.bytes + ping)
            #expect(await alice.nextFrame()?.opcode == .pong)
            #expect(try await alice.closing() == fault.closing)
            await live.waitForConnections(0)
        }
    }

    @Test("a fault is told to a client that goes on sending")
    func faultOfASender() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            // Not all of it is taken from the client.
            try? await alice.sendBytes([0x81, 0x01, 0x61] + Array(repeating: 0x61, count: 8 << 20))
            #expect(try await alice.closing() == .init(.protocolError, "A frame is not masked"))
        }
    }

    @Test(
        "a close is answered, and the server ends the connection",
        arguments: [
            (WebSocketErrorCode?.some(.normalClosure), [0x03, 0xE8]), (.unknown(4001), [0x0F, 0xA1, 0x21]), (nil, []),
        ])
    func close(code: WebSocketErrorCode?, payload: [UInt8]) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await alice.sendFrame(.connectionClose, payload)
            var answer = try #require(await alice.nextFrame())
            #expect(answer.opcode == .connectionClose)
            #expect(answer.data.readWebSocketErrorCode() == code)
            try await alice.channel.closeFuture.get()
            await live.waitForConnections(0)
            #expect(live.statistics.totalDisconnects == 1)
        }
    }

    @Test("fifty clients that vanish leave nothing behind")
    func vanished() async throws {
        try await LiveFront.runWebSockets {
            $0.live.connectionsPerUserMax = 50
            // It would find out too, but late.
            $0.webSocket.pingInterval = .hours(1)
        } _: { live, _ in
            let staying = try await live.webSocket("bob")
            var leaving: [WebSocketClient] = []
            for _ in 1...50 { leaving.append(try await live.webSocket()) }
            #expect(live.statistics.currentConnections == 51)
            #expect(live.statistics.currentUsers == 2)
            for (index, client) in leaving.enumerated() {
                // Every other one with a reset instead of an orderly end.
                if index.isMultiple(of: 2) { try await client.resetAtTheEnd() }
                try await client.vanish()
            }
            await live.waitForConnections(1)
            #expect(live.statistics.currentUsers == 1)
            #expect(live.statistics.totalDisconnects == 50)
            #expect(live.statistics.totalConnections == 51)
            try await staying.send(#"{"type":"ping"}"#)
            #expect(try await staying.next()["type"] == "pong")
        }
    }

    @Test("a WebSocket outlives the time after which a connection without a request is closed")
    func idle() async throws {
        try await LiveFront.runWebSockets {
            $0.webSocket.pingInterval = .seconds(0.1)
            $0.idleTimeout = .seconds(0.3)
        } _: { live, _ in
            var alice: WebSocketClient?
            // On a busy machine the time may be over before the handshake is.
            while alice == nil { alice = try? await live.webSocket() }
            let client = try #require(alice)
            for _ in 1...5 { #expect(await client.nextFrame()?.opcode == .ping) }
            try await client.send(#"{"type":"ping"}"#)
            while try #require(await client.nextFrame()).opcode != .text {}
        }
    }

    @Test("who does not read is cut off, the others and the commands go on", .timeLimit(.minutes(1)))
    func slowReader() async throws {
        try await LiveFront.runWebSockets {
            $0.webSocket.bufferSizeBytesMax = 1 << 16
        } _: { live, _ in
            let slow = try await live.handshake(token: "head.alice.tail", receiveSizeBytes: 4096).client
            let quick = try await live.webSocket("bob")
            try await slow.stopReading()
            let iocs = (1...4).map { _ in #"""# + String(repeating: "x", count: 3900) + #"""# }.joined(separator: ",")
            var sent = 0
            // The sockets take some megabytes before the buffer begins to fill.
            while sent < 3000, live.statistics.currentConnections == 2 {
                try await live.post(
                    "/test/enqueue",
                    #"{"decision_id":"n\#(sent)","metadata":{"threat_level":"APT","iocs":[\#(iocs)]}}"#)
                let alerts = try await quick.next(3)
                #expect(
                    alerts.map { $0["alert"]?["data"]?["analysis_id"] }
                        == Array(repeating: .string("n\(sent)"), count: 3))
                sent += 1
            }
            await live.waitForConnections(1)
            try await slow.readOn()
            #expect(try await slow.closing() == nil)
            try await live.fixture.submit("last")
            #expect(try await quick.next()["alert"]?["data"]?["analysis_id"] == "last")
        }
    }

    @Test("a flood is answered to its end")
    func flood() async throws {
        try await LiveFront.runWebSockets {
            $0.live.messagesPerMinuteMax = 100_000
        } _: { live, _ in
            let alice = try await live.webSocket()
            let count = 5000
            var bytes: [UInt8] = []
            for _ in 1...count { bytes += WebSocketClient.frame(.text, Array(#"{"type":"ping"}"#.utf8)) }
            try await alice.sendBytes(bytes)
            for _ in 1...count { #expect(try await alice.next()["type"] == "pong") }
        }
    }

    @Test("when the server stops, everybody is told, and nobody holds it up")
    func shutdown() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            let bob = try await live.webSocket("bob")
            // Never answers the close.
            let deaf = try await live.webSocket("bob")
            try await deaf.stopReading()
            await live.shutDown()
            #expect(try await alice.closing() == .init(.goingAway, "The server stops"))
            #expect(try await bob.closing() == .init(.goingAway, "The server stops"))
            await live.waitForConnections(0)
            // Only who reads learns that the connection has ended.
            try? await deaf.readOn()
            try await deaf.channel.closeFuture.get()
        }
    }
}
