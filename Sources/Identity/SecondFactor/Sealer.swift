import Crypto
import Foundation

/// Seals what has to be kept and read back, such as the secret of a second factor: AES-256-GCM, bound to its owner.
package struct Sealer: Sendable {
    package static let keySizeBytes = 32

    private let key: SymmetricKey

    package init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    package func seal(_ secret: [UInt8], of owner: String) throws -> String {
        let box = try AES.GCM.seal(secret, using: key, authenticating: Array(owner.utf8))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return combined.base64EncodedString()
    }

    /// - Throws: where the text was not sealed with this key for this owner.
    package func open(_ sealed: String, of owner: String) throws -> [UInt8] {
        guard let combined = Data(base64Encoded: sealed) else { throw CryptoKitError.incorrectParameterSize }
        let box = try AES.GCM.SealedBox(combined: combined)
        return Array(try AES.GCM.open(box, using: key, authenticating: Array(owner.utf8)))
    }
}
