import EventLog
import Foundation
import Identity
import Synchronization

/// The folder `keys` in the data directory: secrets that a server makes for itself, each in a file that only its owner
/// reads.
package struct KeyFolder: Sendable {
    /// A key that was replaced stays good for the longest life of a token.
    private static let previousKeyLife = Interval.hours(24 * 7)

    /// One at a time looks into a folder and changes it: of two that did so at once, one would write what nobody reads.
    private static let access = Mutex(())

    private let path: String

    init(directory: String) {
        path = directory + "/keys"
    }

    private var tokenKeysPath: String { path + "/token-signing.json" }
    private var sealingKeyPath: String { path + "/sealing.key" }

    /// The keys that tokens are signed with, made at the first call.
    ///
    /// - Throws: `DataDirectoryError.unusable`.
    package func signingKeys() throws -> SigningKeys {
        try Self.access.withLock { _ in try makeSigningKeys() }
    }

    private func makeSigningKeys() throws -> SigningKeys {
        if let stored = try readSigningKeys() {
            return SigningKeys(current: stored.current, previous: stored.previous)
        }
        let key = Random.bytes(32)
        try write(signingKeys: key, previous: [])
        return SigningKeys(current: key)
    }

    /// Makes a new key; tokens of the old one stay good until the last of them has expired.
    package func rotate(_ keys: SigningKeys, at now: Timestamp) throws {
        try Self.access.withLock { _ in try replace(keys, at: now) }
    }

    private func replace(_ keys: SigningKeys, at now: Timestamp) throws {
        let stored = try readSigningKeys()
        let old = stored.map { [SigningKeys.Previous(key: $0.current, validUntil: now + Self.previousKeyLife)] } ?? []
        let previous = old + (stored?.previous ?? []).filter { $0.validUntil.map { now <= $0 } ?? false }
        let current = Random.bytes(32)
        try write(signingKeys: current, previous: previous)
        keys.replace(current: current, previous: previous)
    }

    /// What seals the secrets in the log, with a key that is made at the first call.
    package func sealer() throws -> Sealer {
        try Self.access.withLock { _ in try makeSealer() }
    }

    private func makeSealer() throws -> Sealer {
        if let text = try DurableFile.text(of: sealingKeyPath) {
            let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines))
            guard let bytes, bytes.count == Sealer.keySizeBytes else { throw damaged(sealingKeyPath) }
            return Sealer(key: Array(bytes))
        }
        let key = Random.bytes(Sealer.keySizeBytes)
        try DurableFile.write(Data(key).base64EncodedString() + "\n", to: sealingKeyPath)
        return Sealer(key: key)
    }

    // MARK: Files

    private func readSigningKeys() throws -> (current: [UInt8], previous: [SigningKeys.Previous])? {
        guard let text = try DurableFile.text(of: tokenKeysPath) else { return nil }
        guard let json = try? JSONParser.parse(text), let current = key(json["current"]) else {
            throw damaged(tokenKeysPath)
        }
        let previous = try (json["previous"]?.arrayValue ?? []).map { entry in
            guard let key = key(entry["key"]),
                let validUntil = entry["valid_until"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
            else { throw damaged(tokenKeysPath) }
            return SigningKeys.Previous(key: key, validUntil: validUntil)
        }
        return (current, previous)
    }

    private func key(_ json: JSON?) -> [UInt8]? {
        json?.stringValue.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    private func write(signingKeys current: [UInt8], previous: [SigningKeys.Previous]) throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("current", Data(current).base64EncodedString())
            writer.array("previous") { writer in
                for key in previous {
                    writer.object {
                        $0.member("key", Data(key.key).base64EncodedString())
                        $0.member("valid_until", key.validUntil)
                    }
                }
            }
        }
        try DurableFile.write(writer.text + "\n", to: tokenKeysPath)
    }

    private func damaged(_ file: String) -> DataDirectoryError {
        .unusable(path: file, reason: "it is no key; restore it from a backup, or remove it to begin with a new one")
    }
}
