import Foundation

/// A file in which single bytes change, as on a bad disk.
struct DamagedFile {
    let path: String

    private var url: URL { URL(fileURLWithPath: path) }

    /// Where these bytes begin; nil unless they stand there once.
    func offset(of bytes: some Collection<UInt8>) throws -> Int? {
        let content = try Data(contentsOf: url)
        guard let first = content.firstRange(of: Data(bytes)),
            content[first.upperBound...].firstRange(of: Data(bytes)) == nil
        else { return nil }
        return first.lowerBound
    }

    /// Turns bits of one byte over.
    func flip(at offset: Int, mask: UInt8 = 1) throws {
        let file = try FileHandle(forUpdating: url)
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        let byte = try file.read(upToCount: 1)?.first ?? 0
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte ^ mask]))
    }
}
