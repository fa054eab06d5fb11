import Foundation

/// Bytes that stay where they are until more are appended: an array lends its own for the length of a call only, and a
/// statement that writes many rows at once wants the texts of all of them.
struct GrowingBytes: ~Copyable {
    private static let sizeBytesMin = 1024

    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = Self.sizeBytesMin
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    /// Good until the next `append`.
    var all: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if count + bytes.count > capacity { grow(to: count + bytes.count) }
        memcpy(start + count, source, bytes.count)
        count += bytes.count
    }

    /// Forgets the bytes and keeps the room.
    mutating func removeAll() { count = 0 }

    private mutating func grow(to size: Int) {
        capacity = max(size, 2 * capacity)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(larger, start, count)
        start.deallocate()
        start = larger
    }
}
