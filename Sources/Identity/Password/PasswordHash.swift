import Crypto
import CryptoExtras
import EventLog
import Foundation

/// A password or a backup code as it is kept: scrypt (RFC 7914) in PHC string format,
/// `$scrypt$ln=14,r=8,p=1$<salt>$<hash>`, so that every hash says how it was made.
package struct PasswordHash: Sendable, Hashable {
    package let text: String
    package let cost: PasswordCost
    private let salt: [UInt8]
    private let hash: [UInt8]

    private static let saltSizeBytes = 16
    private static let hashSizeBytes = 32

    /// Hashes a password. Takes as long as the cost says: never call it on an event loop.
    package init(
        of password: String, cost: PasswordCost, salt: [UInt8] = Random.bytes(PasswordHash.saltSizeBytes)
    ) throws {
        self.cost = cost
        self.salt = salt
        hash = try Self.derive(password, salt: salt, cost: cost)
        text = "$scrypt$\(cost.text)$\(Self.base64(salt))$\(Self.base64(hash))"
    }

    /// Reads a stored hash; nil where the text is none.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = PasswordCost(text: parts[2]),
            let salt = Self.bytes(base64: parts[3]), let hash = Self.bytes(base64: parts[4]), !hash.isEmpty
        else { return nil }
        self.text = text
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Whether that is the password. Takes as long as the cost of the hash says.
    package func matches(_ password: String) throws -> Bool {
        let candidate = try Self.derive(password, salt: salt, cost: cost)
        return candidate.elementsEqualInConstantTime(hash)
    }

    /// A hash of the same salt and cost, so that one derivation tells which of several codes was given.
    package func sibling(of password: String) throws -> PasswordHash {
        try PasswordHash(of: password, cost: cost, salt: salt)
    }

    private static func derive(_ password: String, salt: [UInt8], cost: PasswordCost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: terminated(password), salt: salt, outputByteCount: hashSizeBytes,
            rounds: 1 << cost.logarithmOfRounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }

    /// HMAC pads keys with zeros (RFC 2104, section 2), so that a password and the same with a NUL behind it would be
    /// one: the terminator tells them apart. Nothing else of the password is changed.
    private static func terminated(_ password: String) -> [UInt8] {
        let bytes = Array(password.utf8)
        return bytes.last == 0 ? bytes + [1] : bytes
    }

    // PHC strings use base64 without its padding.

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("=", with: "")
    }

    private static func bytes(base64 text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}

/// How much work a hash is.
package struct PasswordCost: Sendable, Hashable {
    /// N of scrypt is 2 to this power; each step doubles time and memory.
    package let logarithmOfRounds: Int
    package let blockSize: Int
    package let parallelism: Int

    /// 16 MiB and about 30 ms of one core: a hundred logins fit into five seconds of two cores, with room for all else
    /// (hitl-api 4.1 and 12.3).
    package static let standard = PasswordCost(logarithmOfRounds: 14)

    /// What a setting may ask for: below it tests only, above it a gigabyte and more.
    package static let permittedLogarithms = 4...20

    package init(logarithmOfRounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
        self.logarithmOfRounds = logarithmOfRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    var text: String { "ln=\(logarithmOfRounds),r=\(blockSize),p=\(parallelism)" }

    fileprivate init?(text: Substring) {
        var values: [Substring: Int] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let value = Int(pair[1]) else { return nil }
            values[pair[0]] = value
        }
        guard let logarithm = values["ln"], Self.permittedLogarithms.contains(logarithm), let blockSize = values["r"],
            (1...64).contains(blockSize), let parallelism = values["p"], (1...64).contains(parallelism)
        else { return nil }
        self.init(logarithmOfRounds: logarithm, blockSize: blockSize, parallelism: parallelism)
    }
}
