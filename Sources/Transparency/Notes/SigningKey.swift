import Crypto

/// A secret key with the name that signs with it. Its text is `PRIVATE+KEY+name+key ID+base64(type, seed)`, as Go's
/// `golang.org/x/mod/sumdb/note` writes it.
package struct SigningKey: Sendable {
    package let verifier: VerifierKey
    private let secret: Curve25519.Signing.PrivateKey

    package var name: String { verifier.name }

    private static let prefix = "PRIVATE+KEY+"

    /// A new key.
    ///
    /// - Throws: `NoteError.malformed` where the name cannot be one.
    package init(name: String, algorithm: KeyAlgorithm = .ed25519) throws(NoteError) {
        try self.init(name: name, algorithm: algorithm, secret: Curve25519.Signing.PrivateKey())
    }

    private init(
        name: String, algorithm: KeyAlgorithm, secret: Curve25519.Signing.PrivateKey
    ) throws(NoteError) {
        guard KeyName.isValid(name) else {
            throw .malformed("'\(name)' cannot name a log: a name has no spaces and no +, and 255 bytes at most")
        }
        self.secret = secret
        verifier = VerifierKey(name: name, algorithm: algorithm, publicKey: Array(secret.publicKey.rawRepresentation))
    }

    /// Reads the text of a key.
    ///
    /// - Throws: `NoteError.malformed`. What it says never holds a part of the key.
    package init(text: some StringProtocol) throws(NoteError) {
        guard text.hasPrefix(Self.prefix) else { throw .malformed("this is no secret key for notes") }
        let parts = text.dropFirst(Self.prefix.count)
            .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.bytes(parts[2]), let first = bytes.first,
            let algorithm = KeyAlgorithm(rawValue: first),
            let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.dropFirst())
        else { throw .malformed("this is no Ed25519 secret key for notes") }
        try self.init(name: String(parts[0]), algorithm: algorithm, secret: secret)
        guard verifier.id.description == parts[1] else {
            throw .malformed("the key ID in the secret key is not that of its name and its key")
        }
    }

    /// The secret itself: for the file with mode 0600, and nowhere else.
    package var secretText: String {
        let seed = [verifier.algorithm.rawValue] + Array(secret.rawRepresentation)
        return "\(Self.prefix)\(name)+\(verifier.id)+\(Base64.text(seed))"
    }

    /// Signs the text of a note (C2SP signed-note, "Ed25519 signatures"), or cosigns a checkpoint (C2SP
    /// tlog-cosignature).
    ///
    /// - Parameter time: when, in seconds since 1970; a cosignature says it.
    package func sign(_ text: String, at time: UInt64 = 0) throws -> NoteSignature {
        switch verifier.algorithm {
        case .ed25519:
            return NoteSignature(name: name, id: verifier.id, bytes: try signature(over: text))
        case .cosignature:
            let signature = try signature(over: Cosignature.message(text, at: time))
            return NoteSignature(name: name, id: verifier.id, bytes: Cosignature.bytes(time, signature))
        }
    }

    private func signature(over message: String) throws -> [UInt8] {
        Array(try secret.signature(for: Array(message.utf8)))
    }
}
