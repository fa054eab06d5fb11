/// A signature line of a note: `— name base64(key ID, signature)` (C2SP signed-note, "Format").
package struct NoteSignature: Sendable, Hashable {
    package let name: String
    package let id: KeyID
    let bytes: [UInt8]

    private static let dash = "\u{2014} "

    init(name: String, id: KeyID, bytes: [UInt8]) {
        self.name = name
        self.id = id
        self.bytes = bytes
    }

    /// Reads a line without its end.
    package init(line: some StringProtocol) throws(NoteError) {
        guard line.hasPrefix(Self.dash) else { throw .malformed("a line of signatures begins with a dash and a space") }
        let parts = line.dropFirst(Self.dash.count).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, KeyName.isValid(parts[0]), let bytes = Base64.bytes(parts[1]),
            bytes.count > KeyID.sizeBytes
        else { throw .malformed("a line of signatures is no name and signature in base 64") }
        self.init(
            name: String(parts[0]), id: KeyID(bytes: bytes.prefix(KeyID.sizeBytes)),
            bytes: Array(bytes.dropFirst(KeyID.sizeBytes)))
    }

    package var line: String { "\(Self.dash)\(name) \(Base64.text(id.bytes + bytes))" }
}
