import Crypto
import EventLog
import Foundation
import Projections

/// Where a list goes on: behind an entry, as of the position at which its first page was read. To everybody else it is one
/// word without a meaning.
struct AuditCursor: Sendable, Hashable {
    /// What was counted for the first page holds for all.
    let total: AuditCount
    let position: Position
    let bookmark: AuditBookmark

    private static let checksumSizeBytes = 8

    init(position: Position, total: AuditCount, bookmark: AuditBookmark) {
        self.position = position
        self.total = total
        self.bookmark = bookmark
    }

    /// - Parameter name: of the question that it belongs to.
    func text(of name: String) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            writer.int(position)
            writer.int(total.count)
            writer.bool(total.isExact)
            writer.int(bookmark.place.number)
            writer.int(bookmark.lane)
            if let decisionID = bookmark.decisionID { writer.string(decisionID) } else { writer.null() }
        }
        let bytes = Self.checksum(of: writer.bytes, name) + writer.bytes
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    /// Nil for a text that is no cursor of that question, as it was given out.
    init?(text: String, of name: String) {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding), data.count > Self.checksumSizeBytes else { return nil }
        let content = Array(data.dropFirst(Self.checksumSizeBytes))
        guard Array(data.prefix(Self.checksumSizeBytes)) == Self.checksum(of: content, name),
            let values = try? JSONParser.parse(content).arrayValue, values.count == 6,
            let position = values[0].numberValue?.int, let count = values[1].numberValue?.int,
            let isExact = values[2].boolValue, let place = values[3].numberValue?.int,
            let lane = values[4].numberValue?.int, Self.isPossible(position: position, place: place, count: count)
        else { return nil }
        self.init(
            position: position, total: AuditCount(count: count, isExact: isExact),
            bookmark: AuditBookmark(place: AuditPlace(number: place), decisionID: values[5].stringValue, lane: lane))
    }

    /// Whether numbers are within what can be counted with: whoever knows how a checksum is made can write any.
    private static func isPossible(position: Int, place: Int, count: Int) -> Bool {
        (0...positionMax).contains(position) && (0...AuditPlace.end(of: position).number).contains(place) && count >= 0
    }

    /// No log is that long, and its places can still be counted.
    private static let positionMax: Position = 1 << 48

    /// Tells a cursor that was changed or mixed up. It keeps no secret: all that a cursor can reach is what its question
    /// can reach.
    private static func checksum(of content: [UInt8], _ name: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("verdict audit cursor\n\(name)\n".utf8) + content).prefix(checksumSizeBytes))
    }
}
