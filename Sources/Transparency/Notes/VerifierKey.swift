import Crypto

/// A public key with the name that signs with it. Its text, the vkey, is `name+key ID+base64(type, key)`.
package struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let algorithm: KeyAlgorithm
    package let publicKey: [UInt8]
    package let id: KeyID

    /// - Precondition: the key has 32 bytes, and the name can be one.
    init(name: String, algorithm: KeyAlgorithm, publicKey: [UInt8]) {
        precondition(KeyName.isValid(name))
        precondition(publicKey.count == Self.sizeBytes)
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        id = KeyID(name: name, algorithm: algorithm, publicKey: publicKey)
    }

    private static let sizeBytes = 32

    /// Reads a vkey.
    ///
    /// - Throws: `NoteError.malformed` where the text is none, and for a public key under which anybody can sign.
    package init(text: some StringProtocol) throws(NoteError) {
        // The base 64 may have a plus in it, the other two parts have none.
        let parts = String(text).split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, KeyName.isValid(parts[0]) else {
            throw .malformed("a key is written name+key ID+key, and the name has no spaces")
        }
        guard let bytes = Base64.bytes(parts[2]), bytes.count == 1 + Self.sizeBytes, let first = bytes.first,
            let algorithm = KeyAlgorithm(rawValue: first)
        else {
            throw .malformed("the key of \(parts[0]) is not an Ed25519 key for notes or cosignatures")
        }
        let publicKey = Array(bytes.dropFirst())
        guard !SmallOrder.contains(publicKey) else {
            throw .malformed("the key of \(parts[0]) is one under which anybody can sign")
        }
        self.init(name: String(parts[0]), algorithm: algorithm, publicKey: publicKey)
        guard id.description == parts[1] else {
            throw .malformed(
                "the key ID of \(parts[0]) is \(id), not \(parts[1]): the name or the key is not the right one")
        }
    }

    package var description: String {
        "\(name)+\(id)+\(Base64.text([algorithm.rawValue] + publicKey))"
    }

    /// Whether that signature on a note with this text is by this key.
    func isRight(_ signature: NoteSignature, on text: String) -> Bool {
        switch algorithm {
        case .ed25519:
            return verifies(signature.bytes, over: text)
        case .cosignature:
            guard let (time, bytes) = Cosignature.parts(of: signature.bytes) else { return false }
            return verifies(bytes, over: Cosignature.message(text, at: time))
        }
    }

    private func verifies(_ signature: some Sequence<UInt8>, over message: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Array(signature), for: Array(message.utf8))
    }
}

/// The points of Curve25519 whose order is small: under such a public key a signature can be made without a secret.
enum SmallOrder {
    /// Bytes of the points without the sign, which is the highest bit.
    private static let points: Set<[UInt8]> = {
        let zeros = [UInt8](repeating: 0, count: 30)
        let full = [UInt8](repeating: 0xFF, count: 30)
        func point(_ words: [UInt64]) -> [UInt8] {
            words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        }
        return [
            [0] + zeros + [0], [1] + zeros + [0],
            [0xEC] + full + [0x7F], [0xED] + full + [0x7F], [0xEE] + full + [0x7F],
            point([0x26E8_958F_C2B2_27B0, 0x45C3_F489_F2EF_98F0, 0xD5DF_AC05_D3C6_3339, 0xB138_0288_6D53_FC05]),
            point([0xC717_6A70_3D4D_D84F, 0xBA3C_0B76_0D10_670F, 0x2A20_53FA_2C39_CCC6, 0x4EC7_FD77_92AC_037A]),
        ]
    }()

    static func contains(_ publicKey: [UInt8]) -> Bool {
        guard let last = publicKey.last else { return false }
        return points.contains(publicKey.dropLast() + [last & 0x7F])
    }
}
