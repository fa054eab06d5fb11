import NIOPosix

/// The lines of a file, read as they are asked for.
struct LineSource {
    /// As long as the longest body that a server accepts when nobody says otherwise.
    static let lineSizeBytesMax = 1_048_576
    private static let chunkSizeBytes = 65_536

    private let reader: FileDescriptorReader
    private var splitter: LineSplitter
    private var isAtEnd = false

    init(_ reader: FileDescriptorReader, lineSizeBytesMax: Int = lineSizeBytesMax) {
        self.reader = reader
        splitter = LineSplitter(sizeBytesMax: lineSizeBytesMax)
    }

    /// The next lines, perhaps none; nil at the end.
    ///
    /// Reads on a thread of its own: a pipe that nobody writes to would hold one of the few that everything runs on.
    ///
    /// - Throws: `FileDescriptorReader.Failure`.
    mutating func next() async throws -> [TextLine]? {
        guard !isAtEnd else { return nil }
        let reader = reader
        let chunk = try await NIOThreadPool.singleton.runIfActive { try reader.read(upTo: Self.chunkSizeBytes) }
        guard let chunk else {
            isAtEnd = true
            return splitter.finish().map { [$0] }
        }
        return splitter.append(chunk)
    }
}
