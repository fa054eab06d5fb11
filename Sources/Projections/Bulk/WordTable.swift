/// Finds a word among a few known ones by its bytes.
struct WordTable<Word: Sendable>: Sendable {
    private struct Entry: Sendable {
        let bytes: [UInt8]
        let word: Word
    }

    /// A power of two, at most a quarter full.
    private var entries: [Entry?]

    init(_ words: some Collection<Word>, named name: (Word) -> String) {
        entries = Array(repeating: nil, count: 4 << (words.count.bitWidth - words.count.leadingZeroBitCount))
        for word in words {
            let bytes = Array(name(word).utf8)
            var place = bytes.withUnsafeBufferPointer { Int(truncatingIfNeeded: ByteHash.of($0)) } & (entries.count - 1)
            while entries[place] != nil { place = (place + 1) & (entries.count - 1) }
            entries[place] = Entry(bytes: bytes, word: word)
        }
    }

    func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Word? {
        var place = Int(truncatingIfNeeded: ByteHash.of(bytes)) & (entries.count - 1)
        while let entry = entries[place] {
            if entry.bytes.elementsEqual(bytes) { return entry.word }
            place = (place + 1) & (entries.count - 1)
        }
        return nil
    }
}

extension WordTable where Word: CaseIterable & RawRepresentable, Word.RawValue == String, Word.AllCases: Collection {
    init(_ type: Word.Type) {
        self.init(Word.allCases, named: \.rawValue)
    }
}

/// A fast hash of bytes: eight at a time, mixed by a multiplication. Whoever chooses the bytes can make two alike, so
/// equal hashes prove nothing.
enum ByteHash {
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let start = UnsafeRawPointer(bytes.baseAddress) else { return 0 }
        var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mixed(hash ^ start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return mixed(hash ^ rest)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
