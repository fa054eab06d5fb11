/// Cuts a stream of bytes into lines that end with LF or CR LF.
///
/// Holds no more than one line: of one that is too long nothing is kept but that it was.
struct LineSplitter: Sendable {
    private let sizeBytesMax: Int
    private var unfinished: [UInt8] = []
    private var isTooLong = false
    private var number = 1

    init(sizeBytesMax: Int) {
        self.sizeBytesMax = sizeBytesMax
    }

    /// The lines that end within these bytes, which follow those of the last call.
    mutating func append(_ bytes: [UInt8]) -> [TextLine] {
        var lines: [TextLine] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            extend(bytes[start..<end])
            lines.append(finishLine())
            start = end + 1
        }
        extend(bytes[start...])
        return lines
    }

    /// The last line, where the stream does not end with a line's end.
    mutating func finish() -> TextLine? {
        unfinished.isEmpty && !isTooLong ? nil : finishLine()
    }

    private mutating func extend(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        // One byte more than permitted, for the CR that does not count.
        guard unfinished.count + bytes.count <= sizeBytesMax + 1 else {
            isTooLong = true
            unfinished = []
            return
        }
        unfinished.append(contentsOf: bytes)
    }

    private mutating func finishLine() -> TextLine {
        defer {
            unfinished = []
            isTooLong = false
            number += 1
        }
        if unfinished.last == UInt8(ascii: "\r") { unfinished.removeLast() }
        guard !isTooLong, unfinished.count <= sizeBytesMax else { return .tooLong(number: number) }
        return .text(number: number, bytes: unfinished)
    }
}
