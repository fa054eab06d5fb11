import Crypto

/// A node of a Merkle tree: a SHA-256.
package struct MerkleHash: Sendable, Hashable {
    package static let sizeBytes = 32

    // The 32 bytes in their order, in a form that is copied without an allocation.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.sizeBytes else { return nil }
        self = bytes.withUnsafeBytes { Self(copying: $0) }
    }

    init(_ digest: SHA256Digest) {
        self = digest.withUnsafeBytes { Self(copying: $0) }
    }

    /// - Precondition: there are 32 bytes.
    private init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.sizeBytes)
        first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        fourth = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    package var bytes: [UInt8] {
        withUnsafeBytes(of: self) { Array($0) }
    }

    package var base64: String { Base64.text(bytes) }

    /// Nil unless the text stands for 32 bytes.
    package init?(base64: some StringProtocol) {
        guard let bytes = Base64.bytes(base64) else { return nil }
        self.init(bytes: bytes)
    }
}

extension MerkleHash {
    /// The hash of a tree without leaves (RFC 6962, section 2.1).
    package static let emptyTree = MerkleHash(SHA256.hash(data: [UInt8]()))

    /// The hash of an entry (RFC 6962, section 2.1).
    package static func leaf(_ entry: [UInt8]) -> MerkleHash {
        var hasher = SHA256()
        withUnsafeBytes(of: 0 as UInt8) { hasher.update(bufferPointer: $0) }
        entry.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return MerkleHash(hasher.finalize())
    }

    /// The hash of a node with two children (RFC 6962, section 2.1).
    package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * sizeBytes, alignment: 8) { buffer in
            buffer[0] = 1
            withUnsafeBytes(of: left) { UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0) }
            withUnsafeBytes(of: right) {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + sizeBytes)...]).copyMemory(from: $0)
            }
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return MerkleHash(hasher.finalize())
        }
    }

    /// The hash over 1, 2, 4, 8 … nodes of one level that stand side by side.
    ///
    /// - Precondition: their number is a power of two.
    package static func perfectSubtree(over hashes: some Collection<MerkleHash>) -> MerkleHash {
        precondition(hashes.count > 0 && hashes.count & (hashes.count - 1) == 0)
        var level = Array(hashes)
        while level.count > 1 {
            for pair in 0..<level.count / 2 { level[pair] = node(level[2 * pair], level[2 * pair + 1]) }
            level.removeLast(level.count / 2)
        }
        return level[0]
    }
}

extension MerkleHash: CustomStringConvertible {
    package var description: String { base64 }
}
