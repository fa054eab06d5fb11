import Foundation
import VerdictTesting

/// One response of a gateway, byte for byte.
final class GatewayStream {
    let connection: RawConnection
    private var bytes: [UInt8] = []

    init(_ connection: RawConnection) {
        self.connection = connection
    }

    /// Reads until that text has come, or to the end of the connection where it is nil.
    @discardableResult
    func receive(until marker: String?) async -> String {
        let marker = marker.map { Data($0.utf8) }
        var unsearched = 0
        while true {
            if let marker, Data(bytes[unsearched...]).range(of: marker) != nil { break }
            // The marker may have begun in what is there.
            unsearched = max(0, bytes.count - (marker?.count ?? 0))
            let more = await connection.receiveSome()
            guard !more.isEmpty else { break }
            bytes += more
        }
        return text
    }

    /// Everything so far, as it came.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Everything up to the end of the response, or of the connection.
    func end() async -> String { await receive(until: "\r\n" + Self.terminator) }

    private static let blank = "\r\n\r\n"

    var head: String { text.components(separatedBy: Self.blank)[0] }

    var status: Int { Int(text.split(separator: " ", maxSplits: 2).dropFirst().first ?? "") ?? 0 }

    func header(_ name: String) -> String? {
        let prefix = name + ": "
        return head.components(separatedBy: "\r\n").first { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    /// What stands behind the head, framing and all.
    var body: String {
        text.firstRange(of: Self.blank).map { String(text[$0.upperBound...]) } ?? ""
    }

    /// What ends a stream properly.
    static let terminator = "0\r\n\r\n"

    /// A chunk as it goes over the wire.
    static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }
}
