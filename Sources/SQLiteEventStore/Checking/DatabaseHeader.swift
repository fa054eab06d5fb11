import Foundation

/// The first 100 bytes of a SQLite file, compared with what SQLite writes there for us
/// (https://www.sqlite.org/fileformat2.html, section 1.3). SQLite itself overlooks most of what may be wrong in them.
struct DatabaseHeader {
    static let sizeBytes = 100

    /// A field that can have one value only.
    private struct Field {
        let name: String
        let offset: Int
        let size: Int
        let expected: Int
        /// Whether it is 0 in the file until the write-ahead log was taken into it for the first time.
        var isSetLater = false
        /// Whether it says how the file is written.
        var isJournal = false
    }

    private static let magic = Array("SQLite format 3\0".utf8)
    private static let versions = 3_007_000..<4_000_000
    private static let fields = [
        Field(name: "the space reserved in each page", offset: 20, size: 1, expected: 0),
        Field(name: "the maximal payload fraction", offset: 21, size: 1, expected: 64),
        Field(name: "the minimal payload fraction", offset: 22, size: 1, expected: 32),
        Field(name: "the leaf payload fraction", offset: 23, size: 1, expected: 32),
        Field(name: "the schema format", offset: 44, size: 4, expected: 4, isSetLater: true),
        Field(name: "the suggested cache size", offset: 48, size: 4, expected: 0),
        Field(name: "the largest root page of vacuuming", offset: 52, size: 4, expected: 0),
        Field(name: "the encoding, 1 for UTF-8,", offset: 56, size: 4, expected: 1, isSetLater: true),
        Field(name: "the vacuum mode", offset: 64, size: 4, expected: 0),
        Field(name: "the space for later versions", offset: 72, size: 8, expected: 0),
        Field(name: "the space for later versions", offset: 80, size: 8, expected: 0),
        Field(name: "the space for later versions", offset: 88, size: 4, expected: 0),
    ]

    private let bytes: [UInt8]
    /// Whether newer pages than those of the file may stand in its write-ahead log.
    private let hasWriteAheadLog: Bool

    /// - Throws: `CheckFailure` where the file cannot be read.
    init(path: String) throws {
        // Looked at first: once it is empty, all of it is in the file.
        var status = stat()
        hasWriteAheadLog = stat(path + "-wal", &status) == 0 && status.st_size > 0
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CheckFailure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.sizeBytes)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw CheckFailure(String(cString: strerror(errno))) }
        self.bytes = Array(bytes.prefix(count))
    }

    private func number(_ offset: Int, _ size: Int) -> Int {
        bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
    }

    /// 0 where the header says none that is possible.
    var pageSizeBytes: Int {
        guard bytes.count == Self.sizeBytes else { return 0 }
        let size = number(16, 2) == 1 ? 65_536 : number(16, 2)
        return size >= 512 && size & (size - 1) == 0 ? size : 0
    }

    /// What is wrong, each with its place.
    ///
    /// - Parameters:
    ///   - applicationID: the number that says whose file it is; nil where there is none.
    ///   - userVersion: nil for any.
    ///   - journal: 2 for a file that is written through a write-ahead log, 1 for one that is not.
    ///   - mayBeUnwritten: whether it is one also where nobody has written it since it was a copy.
    func faults(applicationID: Int, userVersion: Int?, journal: Int, mayBeUnwritten: Bool) -> [String] {
        guard bytes.count == Self.sizeBytes else {
            return ["the header is cut off at byte \(bytes.count) of \(Self.sizeBytes)"]
        }
        var faults: [String] = []
        if let place = Self.magic.indices.first(where: { bytes[$0] != Self.magic[$0] }) {
            faults.append("byte \(place) of the header: this is not how a SQLite file begins")
        }
        if pageSizeBytes == 0 {
            faults.append("bytes 16 to 17 of the header: \(number(16, 2)) is no size of a page")
        }
        var fields = Self.fields
        fields.append(
            Field(name: "the application's number", offset: 68, size: 4, expected: applicationID, isSetLater: true))
        for (name, offset) in [("write", 18), ("read", 19)] {
            let journal = Field(
                name: "the \(name) version, 2 for a write-ahead log,", offset: offset, size: 1, expected: journal,
                isJournal: true)
            fields.insert(journal, at: offset - 18)
        }
        if let userVersion {
            fields.append(
                Field(name: "the user version", offset: 60, size: 4, expected: userVersion, isSetLater: true))
        }
        for field in fields {
            let found = number(field.offset, field.size)
            guard found != field.expected, !(found == 0 && field.isSetLater && hasWriteAheadLog) else { continue }
            if field.isJournal, mayBeUnwritten, found == 1, !hasWriteAheadLog { continue }
            faults.append(
                """
                \(Self.place(field)) of the header: \(field.name) is \(found) and should be \(field.expected)
                """)
        }
        if number(24, 4) != number(92, 4) {
            faults.append("bytes 24 to 27 and 92 to 95 of the header: the two change counters differ")
        }
        if !Self.versions.contains(number(96, 4)) {
            faults.append("bytes 96 to 99 of the header: \(number(96, 4)) is no version of SQLite")
        }
        return faults
    }

    private static func place(_ field: Field) -> String {
        field.size == 1 ? "byte \(field.offset)" : "bytes \(field.offset) to \(field.offset + field.size - 1)"
    }
}
