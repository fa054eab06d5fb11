import Foundation
import Synchronization

/// The system's random numbers, many at a time: each by itself costs a system call, and every command needs two.
package final class BufferedRandom: Sendable {
    /// As many as the system gives at once.
    private static let count = 256 / MemoryLayout<UInt64>.size

    private let numbers = Mutex<[UInt64]>([])

    package init() {}

    package func next() -> UInt64 {
        numbers.withLock { numbers in
            if numbers.isEmpty { numbers = Self.fetch() }
            return numbers.popLast() ?? .random(in: .min ... .max)
        }
    }

    private static func fetch() -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: count) { buffer, filled in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            filled = bytes.baseAddress.map { getentropy($0, bytes.count) } == 0 ? count : 0
        }
    }
}
