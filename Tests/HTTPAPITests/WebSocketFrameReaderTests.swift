import NIOCore
import NIOWebSocket
import Testing

@testable import HTTPAPI

/// The frames of clients, right and wrong (RFC 6455, section 5).
@Suite("WebSocket frames")
struct WebSocketFrameReaderTests {
    typealias Item = WebSocketFrameReader.Item

    /// What a reader makes of the bytes, however they are cut into pieces.
    private static func read(_ bytes: [UInt8], pieces: Int, messageSizeBytesMax: Int = 8192) throws -> [Item] {
        var reader = WebSocketFrameReader(messageSizeBytesMax: messageSizeBytesMax)
        var items: [Item] = []
        var buffer = ByteBuffer()
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            buffer.writeBytes(bytes[start..<min(start + pieces, bytes.count)])
            while let item = try reader.next(&buffer) { items.append(item) }
        }
        return items
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        WebSocketClient.frame(opcode, payload, isFinal: isFinal)
    }

    private static func text(_ text: String, isFinal: Bool = true) -> [UInt8] {
        frame(.text, Array(text.utf8), isFinal: isFinal)
    }

    private static func letters(_ count: Int) -> String { String(repeating: "x", count: count) }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let items: [Item]
        var testDescription: String { name }
    }

    @Test(
        "frames become messages",
        arguments: [
            Case(name: "a text", bytes: text("hé"), items: [.message(.text("hé"))]),
            Case(name: "an empty text", bytes: text(""), items: [.message(.text(""))]),
            Case(name: "125 bytes", bytes: text(letters(125)), items: [.message(.text(letters(125)))]),
            Case(name: "126 bytes", bytes: text(letters(126)), items: [.message(.text(letters(126)))]),
            Case(name: "binary", bytes: frame(.binary, [0, 255]), items: [.message(.binary(sizeBytes: 2))]),
            Case(
                name: "fragments, cut inside a character, with a ping between",
                bytes: frame(.text, [0x68, 0xC3], isFinal: false) + frame(.ping, [1])
                    + frame(.continuation, [0xA9], isFinal: false)
                    + frame(.continuation, []),
                items: [.ping(ByteBuffer(bytes: [1])), .message(.text("hé"))]),
            Case(
                name: "the largest, and one after another", bytes: text(letters(8192)) + text("next"),
                items: [.message(.text(letters(8192))), .message(.text("next"))]),
            Case(
                name: "too large, and the next one", bytes: text(letters(8193)) + text("next"),
                items: [.message(.tooLarge), .message(.text("next"))]),
            Case(
                name: "a length in eight bytes", bytes: text(letters(70_000)) + text("next"),
                items: [.message(.tooLarge), .message(.text("next"))]),
            Case(
                name: "too large in fragments, and a close",
                bytes: text(letters(8000), isFinal: false) + frame(.continuation, Array(letters(193).utf8))
                    + frame(.connectionClose, []), items: [.message(.tooLarge), .close(nil)]),
            Case(name: "a pong", bytes: frame(.pong, [1, 2]), items: [.pong]),
            Case(name: "a close", bytes: frame(.connectionClose, [0x03, 0xE8, 0x21]), items: [.close(.normalClosure)]),
            Case(
                name: "a close of an application", bytes: frame(.connectionClose, [0x0F, 0xA0]),
                items: [.close(.unknown(4000))]),
        ], [1, 7, 1 << 20])
    func messages(_ example: Case, pieces: Int) throws {
        #expect(try Self.read(example.bytes, pieces: pieces) == example.items)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        var code: WebSocketErrorCode = .protocolError
        var testDescription: String { name }
    }

    private static func changed(_ bytes: [UInt8], at index: Int, _ change: (UInt8) -> UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[index] = change(bytes[index])
        return bytes
    }

    @Test(
        "what no client may send ends the connection",
        arguments: [
            Fault(name: "no mask", bytes: [0x81, 0x02, 0x68, 0x69]),
            Fault(name: "a reserved bit", bytes: changed(text("hi"), at: 0) { $0 | 0x40 }),
            Fault(name: "an unknown opcode", bytes: changed(text("hi"), at: 0) { $0 & 0xF0 | 0x03 }),
            Fault(name: "an unknown control opcode", bytes: changed(text("hi"), at: 0) { $0 & 0xF0 | 0x0B }),
            Fault(name: "a fragmented ping", bytes: frame(.ping, [], isFinal: false)),
            Fault(name: "a ping of 126 bytes", bytes: frame(.ping, Array(repeating: 0, count: 126))),
            Fault(name: "a continuation of nothing", bytes: frame(.continuation, [])),
            Fault(name: "a message inside another", bytes: text("a", isFinal: false) + text("b")),
            Fault(
                name: "an impossible length", bytes: [0x81, 0xFF] + Array(repeating: 0xFF, count: 8) + [0, 0, 0, 0]),
            Fault(name: "a close of one byte", bytes: frame(.connectionClose, [3])),
            Fault(name: "a close with 1005", bytes: frame(.connectionClose, [0x03, 0xED])),
            Fault(name: "a close with 999", bytes: frame(.connectionClose, [0x03, 0xE7])),
            Fault(
                name: "a text that is not UTF-8", bytes: frame(.text, [0xC3, 0x28]), code: .dataInconsistentWithMessage),
            Fault(
                name: "a text that ends inside a character", bytes: frame(.text, [0xC3]),
                code: .dataInconsistentWithMessage),
            Fault(
                name: "a reason that is not UTF-8", bytes: frame(.connectionClose, [0x03, 0xE8, 0xFF]),
                code: .dataInconsistentWithMessage),
            Fault(
                name: "a megabyte and one", bytes: [0x81, 0xFF] + [0, 0, 0, 0, 0, 0x10, 0, 1] + [0, 0, 0, 0],
                code: .messageTooLarge),
        ], [1, 1 << 20])
    func faults(_ fault: Fault, pieces: Int) throws {
        let error = #expect(throws: WebSocketFault.self) { try Self.read(fault.bytes, pieces: pieces) }
        #expect(error?.code == fault.code)
    }

    @Test("random bytes are messages or a fault, never more")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        for _ in 1...2000 {
            // The first byte and the mask are right more often than chance has them.
            var bytes: [UInt8] = []
            for _ in 1...4 {
                bytes += [[0x81, 0x01, 0x80, 0x89, 0x88].randomElement(using: &generator) ?? 0]
                bytes += [0x80 | .random(in: 0...127, using: &generator)]
                bytes += (0..<Int.random(in: 0...140)).map { _ in .random(in: .min ... .max, using: &generator) }
            }
            _ = try? Self.read(bytes, pieces: .random(in: 1...200))
        }
    }
}
