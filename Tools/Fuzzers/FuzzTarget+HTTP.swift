import EventLog
import NIOCore

@testable import HTTPAPI

extension FuzzTarget {
    static let http = [
        FuzzTarget(name: "stream-cursor") { bytes in
            let cursor = StreamCursor(lastEventID: String(decoding: bytes, as: UTF8.self))
            try require(cursor?.position.map { $0 >= 0 } ?? true, "it is a position that no log has")
        },
        FuzzTarget(name: "audit-cursor") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let cursor = AuditCursor(text: text, of: "fuzz") else { return }
            try require(AuditCursor(text: cursor.text(of: "fuzz"), of: "fuzz") == cursor, "it is written otherwise")
            try require(cursor.position >= 0, "it is a position that no log has")
        },
        FuzzTarget(name: "form-body") { bytes in
            // The content type in a line of its own.
            let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return }
            let form = FormBody(Array(parts[1]), contentType: String(decoding: parts[0], as: UTF8.self))
            _ = form["username"]
        },
        FuzzTarget(name: "accepted-media") { bytes in
            let elements = String(decoding: bytes, as: UTF8.self).split(separator: ",")
            let quality = AcceptedMedia.quality(of: "text/csv", among: elements.compactMap { AcceptedMedia($0) })
            try require((0...1).contains(quality), "a quality of \(quality)")
        },
        FuzzTarget(name: "body-reader") { bytes in
            for kind in [BodyReader.Kind.typed, .freeForm] {
                _ = try? BodyReader(bytes, isJSON: true, as: kind)
                _ = try? BodyReader(bytes, isJSON: false, as: kind)
            }
        },
        FuzzTarget(name: "websocket-frames") { bytes in
            let whole = frames(bytes, pieceSize: max(1, bytes.count))
            for pieceSize in [1, 7] {
                try require(
                    frames(bytes, pieceSize: pieceSize) == whole, "in pieces of \(pieceSize) it is something else")
            }
        },
        FuzzTarget(name: "request-head") { bytes in
            try bytes.withUnsafeBytes { bytes in
                guard case .head(let head) = RequestHead.read(bytes) else { return }
                try require(head.sizeBytes <= bytes.count, "it is longer than what it was read from")
                _ = ExpressOperation(head, in: bytes)
                // What is a head is one whatever comes behind it, and none before it is whole.
                for count in 0..<head.sizeBytes {
                    guard case .partial = RequestHead.read(UnsafeRawBufferPointer(rebasing: bytes[..<count])) else {
                        throw Broken(description: "its first \(count) bytes are not the beginning of one")
                    }
                }
            }
        },
        FuzzTarget(name: "gateway-call") { bytes in
            guard let call = try? GatewayCall(bytes) else { return }
            _ = call.query("session_id")
            _ = call.header(.lastEventID)
        },
    ]

    /// What comes out of frames that arrive in pieces of that size, and the fault at their end.
    private static func frames(_ bytes: [UInt8], pieceSize: Int) -> [String] {
        var reader = WebSocketFrameReader(messageSizeBytesMax: 64)
        var buffer = ByteBuffer()
        var items: [String] = []
        do throws(WebSocketFault) {
            for start in stride(from: 0, to: bytes.count, by: pieceSize) {
                buffer.writeBytes(bytes[start..<min(start + pieceSize, bytes.count)])
                while let item = try reader.next(&buffer) {
                    switch item {
                    case .message(let message): items.append("\(message)")
                    case .ping(let payload): items.append("ping \(Array(payload.readableBytesView))")
                    case .pong: items.append("pong")
                    // Behind it nobody reads on.
                    case .close(let code): return items + ["close \(String(describing: code))"]
                    }
                }
            }
        } catch {
            items.append("\(error)")
        }
        return items
    }
}
