import Foundation

/// The bytes of a record or of a held row, lent for as long as somebody looks at their slices.
struct TextBytes {
    let bytes: UnsafeBufferPointer<UInt8>

    subscript(slice: Slice) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(slice.start)..<Int(slice.start) + Int(slice.count)])
    }

    func bind(_ slice: Slice, to statement: BoundStatement) { statement.bind(self[slice]) }

    func bind(_ slice: Slice?, to statement: BoundStatement) {
        if let slice { bind(slice, to: statement) } else { statement.bindNull() }
    }

    func bind(_ slice: Slice?, to statement: BoundStatement, orElse word: StaticString) {
        if let slice { bind(slice, to: statement) } else { statement.bind(word) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the same bytes.
    func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }
}
