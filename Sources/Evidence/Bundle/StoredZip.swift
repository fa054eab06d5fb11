/// A zip file of files as they are, without compression (APPNOTE.TXT of PKWARE, sections 4.3.7 to 4.3.16). The same files
/// make the same bytes.
package struct StoredZip: Sendable {
    package struct File: Sendable, Hashable {
        package let name: String
        package let bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    private static let localHeader: UInt32 = 0x0403_4B50
    private static let directoryHeader: UInt32 = 0x0201_4B50
    private static let directoryEnd: UInt32 = 0x0605_4B50
    private static let directoryEndSizeBytes = 22
    private static let version: UInt16 = 20
    /// Names are UTF-8.
    private static let flags: UInt16 = 1 << 11
    /// 1 January 1980, the earliest that the format knows: bytes shall not depend on when they were made.
    private static let date: UInt16 = 1 << 5 | 1

    package let files: [File]

    package init(files: [File]) {
        self.files = files
    }

    // MARK: Writing

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let offset = UInt32(truncatingIfNeeded: bytes.count)
            let name = Array(file.name.utf8)
            var common: [UInt8] = []
            common.little(Self.version)
            common.little(Self.flags)
            common.little(0 as UInt16)
            common.little(0 as UInt16)
            common.little(Self.date)
            common.little(Checksum.crc32(file.bytes))
            common.little(UInt32(truncatingIfNeeded: file.bytes.count))
            common.little(UInt32(truncatingIfNeeded: file.bytes.count))
            common.little(UInt16(truncatingIfNeeded: name.count))
            common.little(0 as UInt16)
            bytes.little(Self.localHeader)
            bytes += common + name + file.bytes
            directory.little(Self.directoryHeader)
            directory.little(Self.version)
            directory += common
            // No comment, the first disk, no attributes.
            directory += [UInt8](repeating: 0, count: 10)
            directory.little(offset)
            directory += name
        }
        let start = UInt32(truncatingIfNeeded: bytes.count)
        bytes += directory
        bytes.little(Self.directoryEnd)
        bytes.little(0 as UInt32)
        bytes.little(UInt16(truncatingIfNeeded: files.count))
        bytes.little(UInt16(truncatingIfNeeded: files.count))
        bytes.little(UInt32(truncatingIfNeeded: directory.count))
        bytes.little(start)
        bytes.little(0 as UInt16)
        return bytes
    }

    // MARK: Reading

    /// Whether bytes begin as a zip file does.
    package static func isZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 3, 4]) }

    /// Reads what this program has written, or another one that stores files as they are.
    ///
    /// - Throws: `Malformed`, also where a file does not have the checksum that stands there.
    package init(bytes: [UInt8]) throws(Malformed) {
        guard bytes.count >= Self.directoryEndSizeBytes else { throw Malformed(description: "it is no zip file") }
        let end = bytes.count - Self.directoryEndSizeBytes
        guard bytes.little(at: end) == Self.directoryEnd, let size = bytes.little(at: end + 12),
            let start = bytes.little(at: end + 16), Int(start) + Int(size) == end
        else { throw Malformed(description: "it is no whole zip file") }
        var files: [File] = []
        var place = Int(start)
        while place < end {
            guard bytes.little(at: place) == Self.directoryHeader, let nameSize = bytes.little16(at: place + 28),
                let extraSize = bytes.little16(at: place + 30), let commentSize = bytes.little16(at: place + 32),
                let offset = bytes.little(at: place + 42), place + 46 + Int(nameSize) <= end
            else { throw Malformed(description: "its list of files is damaged") }
            let name = String(decoding: bytes[place + 46..<place + 46 + Int(nameSize)], as: UTF8.self)
            files.append(File(name: name, bytes: try Self.file(bytes, place, Int(offset), name)))
            place += 46 + Int(nameSize) + Int(extraSize) + Int(commentSize)
        }
        self.files = files
    }

    private static func file(
        _ bytes: [UInt8], _ place: Int, _ offset: Int, _ name: String
    ) throws(Malformed) -> [UInt8] {
        guard bytes.little16(at: place + 10) == 0 else {
            throw Malformed(description: "\(name) is compressed, which this program does not read")
        }
        guard bytes.little(at: offset) == localHeader, let size = bytes.little(at: place + 24),
            let nameSize = bytes.little16(at: offset + 26), let extraSize = bytes.little16(at: offset + 28),
            let checksum = bytes.little(at: place + 16)
        else { throw Malformed(description: "\(name) is damaged") }
        let first = offset + 30 + Int(nameSize) + Int(extraSize)
        guard first + Int(size) <= bytes.count else { throw Malformed(description: "\(name) is cut off") }
        let file = Array(bytes[first..<first + Int(size)])
        guard Checksum.crc32(file) == checksum else { throw Malformed(description: "\(name) is damaged") }
        return file
    }
}

/// CRC-32 as zip has it. It finds accidents; what proves anything are the signatures.
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
}

extension [UInt8] {
    fileprivate mutating func little(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate func little(at place: Int) -> UInt32? {
        guard place >= 0, place + 4 <= count else { return nil }
        return (0..<4).reduce(0) { $0 | UInt32(self[place + $1]) << (8 * UInt32($1)) }
    }

    fileprivate func little16(at place: Int) -> UInt16? {
        guard place >= 0, place + 2 <= count else { return nil }
        return UInt16(self[place]) | UInt16(self[place + 1]) << 8
    }
}
