import Foundation

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

    private static let end = Data("\n\n".utf8)

    private var bytes = Data()

    package init() {}

    /// Whether a block has begun that has not ended.
    package var isInsideBlock: Bool { !bytes.isEmpty }

    /// The blocks that end in these bytes.
    package mutating func read(_ more: some Sequence<UInt8>) -> [Block] {
        // The end of a block may have begun in the bytes before.
        var unsearched = max(bytes.startIndex, bytes.endIndex - 1)
        bytes.append(contentsOf: more)
        var blocks: [Block] = []
        while let end = bytes.range(of: Self.end, in: unsearched..<bytes.endIndex) {
            blocks.append(Self.block(String(decoding: bytes[..<end.lowerBound], as: UTF8.self)))
            bytes = Data(bytes[end.upperBound...])
            unsearched = bytes.startIndex
        }
        return blocks
    }

    private static func block(_ text: String) -> Block {
        let lines = text.components(separatedBy: "\n")
        if lines.allSatisfy({ $0.hasPrefix(":") }) { return .comment(text) }
        func field(_ name: String) -> String {
            let prefix = name + ": "
            return lines.last { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) } ?? ""
        }
        return .event(ServerSentEvent(id: field("id"), name: field("event"), data: field("data"), lines: lines))
    }
}
