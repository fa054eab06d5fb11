import Crypto

/// The first four bytes of a hash over name and key: tells keys of one name apart, and proves nothing (C2SP signed-note,
/// "Signatures").
package struct KeyID: Sendable, Hashable, CustomStringConvertible {
    static let sizeBytes = 4

    let bytes: [UInt8]

    init(name: String, algorithm: KeyAlgorithm, publicKey: [UInt8]) {
        let digest = SHA256.hash(data: Array("\(name)\n".utf8) + [algorithm.rawValue] + publicKey)
        bytes = Array(digest.prefix(Self.sizeBytes))
    }

    /// - Precondition: there are four bytes.
    init(bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.sizeBytes)
        self.bytes = Array(bytes)
    }

    /// Eight hexadecimal digits.
    package var description: String {
        bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0\(text)" : text
        }.joined()
    }
}

/// What the key of a signature is for (C2SP signed-note, "Signature types").
package enum KeyAlgorithm: UInt8, Sendable, Hashable {
    /// Ed25519 over the text of a note.
    case ed25519 = 0x01
    /// Ed25519 over a checkpoint and a time (C2SP tlog-cosignature, `cosignature/v1`).
    case cosignature = 0x04
}
