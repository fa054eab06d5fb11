import Foundation

/// What a caller may call a decision or an operator.
///
/// An identifier becomes a segment of a path and the name of a stream: one that no path could ever name again, or that
/// two programs could compare differently, is refused.
package enum Identifier {
    package static let decisionSizeBytesMax = 512
    package static let operatorSizeBytesMax = 256

    /// Why the text cannot be an identifier, to be put behind its name; nil where it can.
    package static func reasonToRefuse(_ text: String, sizeBytesMax: Int) -> String? {
        if text == "." || text == ".." { return "must not be . or .." }
        if text.utf8.count > sizeBytesMax { return "must not be longer than \(sizeBytesMax) bytes" }
        if text.utf8.contains(UInt8(ascii: "/")) { return "must not contain a slash" }
        if hasControlCharacters(text) { return "must not contain control characters" }
        if !text.isASCII, text.unicodeScalars.contains("\u{FEFF}") { return "must not contain a byte order mark" }
        if !isNormal(text) { return "must be in Unicode normalization form C" }
        return nil
    }

    /// Whether it is in Unicode normalization form C, as all identifiers are: to Swift, `é` and `e` with a combining accent are
    /// one string.
    package static func isNormal(_ text: String) -> Bool {
        // Plain ASCII is its own normal form; the conversion is worth its price for the others only.
        text.isASCII || text.hasBytes(of: text.precomposedStringWithCanonicalMapping)
    }

    /// Why the text cannot be a name, a role or the like, which is kept in memory but never becomes a path.
    package static func reasonToRefuse(word text: String) -> String? {
        if text.utf8.count > operatorSizeBytesMax { return "must not be longer than \(operatorSizeBytesMax) bytes" }
        if hasControlCharacters(text) { return "must not contain control characters" }
        return nil
    }

    package static func hasControlCharacters(_ text: String) -> Bool {
        // Most texts are plain ASCII, of which that can be said without Unicode's tables.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return false }
        return text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

extension String {
    fileprivate var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}
