import EventLog

/// Codes for the day on which the generator is lost, each taken once (hitl-api 6.3 and 13, 5).
package enum BackupCode {
    package static let count = 10
    private static let sizeBytes = 4

    /// Eight upper-case hexadecimal characters each.
    package static func make() -> [String] {
        (0..<count).map { _ in Hex.text(Random.bytes(sizeBytes)).uppercased() }
    }

    /// The hashes to keep: all with one salt, so that looking for a code costs one derivation and not ten.
    package static func hashes(of codes: [String], cost: PasswordCost) throws -> [PasswordHash] {
        guard let first = codes.first else { return [] }
        let model = try PasswordHash(of: first, cost: cost)
        return try [model] + codes.dropFirst().map { try model.sibling(of: $0) }
    }

    /// Whether the text could be one.
    package static func isOne(_ text: String) -> Bool {
        text.utf8.count == 2 * sizeBytes && text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte & 0xDF)
        }
    }

    /// The stored hash of that code, if it is one of them.
    package static func hash(of code: String, among hashes: [String]) throws -> String? {
        guard let model = hashes.first.flatMap({ PasswordHash(text: $0) }) else { return nil }
        let candidate = try model.sibling(of: code.uppercased())
        return hashes.first { $0 == candidate.text }
    }
}
