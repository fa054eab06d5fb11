import EventLog
import Foundation
import HTTPTypes
import Hummingbird

/// The fields of a form, as browsers and OAuth clients send them: percent-encoded or in parts. The last value of a name
/// counts.
struct FormBody {
    private var fields: [String: String] = [:]

    /// Nothing for a body of another kind.
    init(_ bytes: [UInt8], contentType: String?) {
        let type = contentType ?? ""
        switch type.prefix(while: { $0 != ";" }).lowercased().trimmingSpaces {
        case "application/x-www-form-urlencoded": readPairs(bytes)
        case "multipart/form-data": readParts(bytes, boundary: Self.boundary(in: type))
        default: break
        }
    }

    /// The value of a field; nil for an absent or empty one (hitl-api 6.2).
    subscript(name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }

    // MARK: name=value&…

    private mutating func readPairs(_ bytes: [UInt8]) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count == 2 ? parts[1] : [])
            else { continue }
            fields[name] = value
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                // What is no escape stands for itself.
                if rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                    decoded.append(value)
                    rest.removeFirst(2)
                } else {
                    decoded.append(byte)
                }
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    // MARK: Parts (RFC 7578)

    private static func boundary(in contentType: String) -> String? {
        for parameter in contentType.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].trimmingSpaces.lowercased() == "boundary" {
                return pair[1].trimmingSpaces.replacing("\"", with: "")
            }
        }
        return nil
    }

    private mutating func readParts(_ bytes: [UInt8], boundary: String?) {
        guard let boundary, !boundary.isEmpty else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        for part in ("\r\n" + text).components(separatedBy: "\r\n--\(boundary)").dropFirst() {
            guard !part.hasPrefix("--"), let head = part.range(of: "\r\n\r\n") else { continue }
            guard let name = Self.name(in: part[..<head.lowerBound]) else { continue }
            fields[name] = String(part[head.upperBound...])
        }
    }

    /// The name in `Content-Disposition: form-data; name="…"`.
    private static func name(in head: Substring) -> String? {
        for line in head.components(separatedBy: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in line.split(separator: ";").dropFirst() {
                let pair = parameter.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].trimmingSpaces.lowercased() == "name" else { continue }
                return pair[1].trimmingSpaces.replacing("\"", with: "")
            }
        }
        return nil
    }
}
