/// One event of a stream, as it stood on the wire.
package struct ServerSentEvent: Sendable, Equatable, CustomStringConvertible {
    package let id: String
    package let name: String
    package let data: String
    /// The lines of the event, without the empty one that ends it.
    package let lines: [String]

    package var description: String { lines.joined(separator: "\n") }
}

/// Takes the text of a stream of Server-Sent Events apart, in whatever pieces it arrives.
///
/// Reads what the clients of the Governance API read: `\n` endings, one line for each of `id`, `event` and `data`
/// (governance-api 8.2). What differs shows in `lines`.
package struct ServerSentEvents {
    package enum Block: Sendable, Equatable {
        case event(ServerSentEvent)
        /// Lines that begin with a colon and nothing else.
        case comment(String)
    }

    private var bytes: [UInt8] = []

    package init() {}

    /// Whether a block has begun that has not ended.
    package var isInsideBlock: Bool { !bytes.isEmpty }

    /// The blocks that end in these bytes.
    package mutating func read(_ more: some Sequence<UInt8>) -> [Block] {
        var blocks: [Block] = []
        for byte in more {
            bytes.append(byte)
            guard bytes.suffix(2) == [10, 10] else { continue }
            blocks.append(Self.block(String(decoding: bytes.dropLast(2), as: UTF8.self)))
            bytes.removeAll(keepingCapacity: true)
        }
        return blocks
    }

    private static func block(_ text: String) -> Block {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.allSatisfy({ $0.hasPrefix(":") }) { return .comment(text) }
        func field(_ name: String) -> String {
            let prefix = name + ": "
            return lines.last { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) } ?? ""
        }
        return .event(ServerSentEvent(id: field("id"), name: field("event"), data: field("data"), lines: lines))
    }
}
