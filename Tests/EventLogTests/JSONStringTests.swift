import EventLog
import Testing

@Suite("JSON strings: escapes in, escapes out")
struct JSONStringTests {
    @Test(
        "every escape is read as the character that it stands for",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
            (#""\uFFFF\uD7FF\uE000""#, "\u{FFFF}\u{D7FF}\u{E000}"), (#""a\u0000b""#, "a\u{0}b"),
            (#""\ud83d\ude00""#, "😀"), (#""\uD834\uDD1E!""#, "\u{1D11E}!"), (#""\ud800\udc00""#, "\u{10000}"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""before\nafter""#, "before\nafter"), (#""é\t€""#, "é\t€"),
        ].map(Spelling.init))
    func unescaped(spelling: Spelling) throws {
        let value = try #require(try JSONParser.parse(spelling.text).stringValue)
        #expect(Array(value.utf8) == Array(spelling.value.utf8))
    }

    @Test("an escape in the name of a member is read too")
    func escapedName() throws {
        #expect(try JSONParser.parse(#"{"\u0061\n":1}"#) == ["a\n": 1])
    }

    @Test(
        "what JSON forbids in a string is written as an escape, all else as it is",
        arguments: [
            ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#), ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
            ("\u{0}", #""\u0000""#), ("\u{1}\u{1F}", #""\u0001\u001f""#), ("\u{B}", #""\u000b""#),
            ("é😀\u{2028}", "\"é😀\u{2028}\""), ("", "\"\""), ("plain", "\"plain\""),
            ("a\"b\"c", #""a\"b\"c""#), ("<>&'", "\"<>&'\""),
        ].map { Spelling(text: $1, value: $0) })
    func written(spelling: Spelling) {
        #expect(JSON.string(spelling.value).bytes == Array(spelling.text.utf8))
    }

    @Test("every control character, quote and backslash comes back", arguments: 0..<0x80 as Range<UInt8>)
    func everyASCIICharacter(byte: UInt8) throws {
        let text = "a" + String(Unicode.Scalar(byte)) + "z"
        #expect(try JSONParser.parse(JSON.string(text).bytes) == .string(text))
    }
}

/// A string and a way to write it, named after the writing: a test's output holds no control characters.
struct Spelling: Sendable, CustomTestStringConvertible {
    let text: String
    let value: String

    var testDescription: String { text }
}
