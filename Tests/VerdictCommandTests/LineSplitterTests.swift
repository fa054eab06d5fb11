import Testing

@testable import verdict

@Suite("Lines out of a stream of bytes")
struct LineSplitterTests {
    /// The lines of a text that arrives in pieces of that size.
    private func lines(_ text: String, pieces size: Int, max sizeBytesMax: Int = 8) -> [TextLine] {
        var splitter = LineSplitter(sizeBytesMax: sizeBytesMax)
        var lines: [TextLine] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            lines += splitter.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines
    }

    private func text(_ number: Int, _ text: String) -> TextLine {
        .text(number: number, bytes: Array(text.utf8))
    }

    @Test("the pieces in which the bytes arrive make no difference", arguments: 1...20)
    func pieces(_ size: Int) {
        #expect(
            lines("one\ntwo\r\n\nfour\rx\n123456789\n12345678\r\nlast", pieces: size) == [
                text(1, "one"), text(2, "two"), text(3, ""), text(4, "four\rx"), .tooLong(number: 5),
                text(6, "12345678"), text(7, "last"),
            ])
    }

    @Test("nothing is no line, and a line's end ends the last one", arguments: [1, 100])
    func ends(_ size: Int) {
        #expect(lines("", pieces: size) == [])
        #expect(lines("a\n", pieces: size) == [text(1, "a")])
        #expect(lines("\n", pieces: size) == [text(1, "")])
    }

    @Test("a last line that is too long is said too, however long", arguments: [1, 7, 1000])
    func tooLong(_ size: Int) {
        #expect(lines(String(repeating: "x", count: 1000), pieces: size) == [.tooLong(number: 1)])
        #expect(lines("123456789", pieces: size) == [.tooLong(number: 1)])
    }
}
