import Foundation

/// The write-ahead log of a database, as a program reads it that replicates it (<https://www.sqlite.org/fileformat2.html>,
/// section 4).
struct WriteAheadLog {
    private static let headerSizeBytes = 32
    private static let frameHeaderSizeBytes = 24

    /// Magic number, versions, page size, sequence and salts: another header means that the log has begun again.
    let header: Data
    /// Every frame from the first on that belongs to this header.
    let frames: [Data]

    var bytes: Data { frames.reduce(header) { $0 + $1 } }

    init(of database: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: database + "-wal"))
        let header = bytes.prefix(Self.headerSizeBytes)
        self.header = header
        guard header.count == Self.headerSizeBytes else {
            frames = []
            return
        }
        let salts = header[16..<24]
        let pageSizeBytes = header[8..<12].reduce(0) { $0 << 8 | Int($1) }
        let frameSizeBytes = Self.frameHeaderSizeBytes + pageSizeBytes
        var frames: [Data] = []
        var offset = Self.headerSizeBytes
        while offset + frameSizeBytes <= bytes.count {
            let frame = bytes[offset..<offset + frameSizeBytes]
            // What is left behind of an earlier log has other salts.
            guard frame[(frame.startIndex + 8)..<(frame.startIndex + 16)] == salts else { break }
            frames.append(frame)
            offset += frameSizeBytes
        }
        self.frames = frames
    }

    /// Whether every frame of an earlier reading is still where it was.
    func continues(_ earlier: WriteAheadLog) -> Bool {
        header == earlier.header && frames.starts(with: earlier.frames)
    }
}
