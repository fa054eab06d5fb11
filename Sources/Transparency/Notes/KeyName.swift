/// The names of keys and logs (C2SP signed-note, "Format").
package enum KeyName {
    /// What a cosigner and a witness take (C2SP tlog-cosignature).
    package static let sizeBytesMax = 255

    /// Whether the text can name a key: not empty, without spaces, control characters and `+`.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.count <= sizeBytesMax
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 && $0 != "+" }
    }
}
