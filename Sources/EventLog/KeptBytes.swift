/// Bytes that stay where they are until all are let go: for functions of C that do not copy what they are given.
package struct KeptBytes: ~Copyable {
    private static let capacity = 32 << 10

    private var start: UnsafeMutablePointer<UInt8>?
    private var count = 0

    package init() {}

    deinit { start?.deallocate() }

    /// - Returns: the same bytes, which stay; nil where there is no room for them.
    package mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard let from = bytes.baseAddress, bytes.count <= Self.capacity - count else { return nil }
        let start = self.start ?? .allocate(capacity: Self.capacity)
        self.start = start
        let kept = start + count
        kept.initialize(from: from, count: bytes.count)
        count += bytes.count
        return UnsafeBufferPointer(start: kept, count: bytes.count)
    }

    /// Whatever was kept may be overwritten now.
    package mutating func letGo() { count = 0 }
}
