import Testing

@testable import EventLog

@Suite("JSON parser: what it refuses, and where")
struct JSONParserErrorTests {
    @Test(
        "a text that is not JSON is refused with the place of the error",
        arguments: [
            ("", .expectedValue, 0), ("   ", .expectedValue, 3), ("nul", .expectedValue, 0),
            ("nulL", .expectedValue, 0),
            ("True", .expectedValue, 0), ("NaN", .expectedValue, 0), ("+1", .expectedValue, 0),
            (".5", .expectedValue, 0), ("\u{FEFF}1", .expectedValue, 0), ("'a'", .expectedValue, 0),
            ("// c\n1", .expectedValue, 0), ("[", .expectedValue, 1), ("[1,]", .expectedValue, 3),
            ("[,1]", .expectedValue, 1), ("{\"a\":}", .expectedValue, 5), ("{\"a\":", .expectedValue, 5),
            ("\u{A0}1", .expectedValue, 0), ("tru", .expectedValue, 0),

            ("{", .expectedKey, 1), ("{1:2}", .expectedKey, 1), ("{a:1}", .expectedKey, 1),
            ("{\"a\":1,}", .expectedKey, 7), ("{,}", .expectedKey, 1),

            ("{\"a\"}", .expectedColon, 4), ("{\"a\" 1}", .expectedColon, 5), ("{\"a\"", .expectedColon, 4),

            ("[1 2]", .expectedComma, 3), ("[1", .expectedComma, 2), ("[1}", .expectedComma, 2),
            ("{\"a\":1", .expectedComma, 6), ("{\"a\":1]", .expectedComma, 6), ("{\"a\":1 \"b\":2}", .expectedComma, 7),

            ("-", .invalidNumber, 1), ("-a", .invalidNumber, 1), ("1.", .invalidNumber, 2), ("1.e5", .invalidNumber, 2),
            ("1e999", .numberOutOfRange, 0), ("[-1e400]", .numberOutOfRange, 1),
            (String(repeating: "9", count: 400), .numberOutOfRange, 0),
            ("1e", .invalidNumber, 2), ("1e+", .invalidNumber, 3), ("[-]", .invalidNumber, 2),
            ("-Infinity", .invalidNumber, 1),

            ("01", .extraData, 1), ("-01", .extraData, 2), ("1 2", .extraData, 2), ("{} x", .extraData, 3),
            ("[]]", .extraData, 2), ("nullx", .extraData, 4), ("0x10", .extraData, 1),
        ] as [(String, JSONError.Reason, Int)])
    func refused(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
    }

    @Test(
        "a broken string is refused with the place of the error",
        arguments: [
            (#"""#, .unterminatedString, 0), (#"["abc"#, .unterminatedString, 1), (#"["a\n"#, .unterminatedString, 1),
            (#""a\""#, .unterminatedString, 0),

            (#""\x""#, .invalidEscape, 2), (#""a\"#, .invalidEscape, 3), (#""\u12""#, .invalidEscape, 2),
            (#""\u12G4""#, .invalidEscape, 2), (#""\U0041""#, .invalidEscape, 2), (#""\u+041""#, .invalidEscape, 2),
            ("\"\\u00e\u{E9}\"", .invalidEscape, 2), ("\"\\'\"", .invalidEscape, 2),

            (#""\ud83d""#, .loneSurrogate, 7), (#""\ude00""#, .loneSurrogate, 7),
            (#""\ud83d\ud83d""#, .loneSurrogate, 13),
            (#""\ud83dx""#, .loneSurrogate, 7), (#""\ud83d\n""#, .loneSurrogate, 7),
            (#""\ud83d\u0041""#, .loneSurrogate, 13), (#""\ude00\ud83d""#, .loneSurrogate, 7),
            (#""\ud83d\u12""#, .invalidEscape, 8),
        ] as [(String, JSONError.Reason, Int)])
    func brokenString(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
    }

    @Test("a raw control character is refused, in any string and between values")
    func controlCharacters() {
        for byte in 0..<0x20 as Range<UInt8> {
            let strings: [([UInt8], Int)] = [
                (Array("\"".utf8), 1), (Array("[\"abc".utf8), 5), (Array("\"\\n".utf8), 3), (Array("{\"k".utf8), 3),
            ]
            for (before, offset) in strings {
                #expect(throws: JSONError(reason: .controlCharacter, offset: offset)) {
                    try JSONParser.parse(before + [byte] + Array("\"".utf8))
                }
            }
            guard ![0x09, 0x0A, 0x0D].contains(byte) else { continue }
            #expect(throws: JSONError(reason: .extraData, offset: 1)) { try JSONParser.parse([0x31, byte]) }
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0xFF], [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xE2, 0x82],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError(reason: .invalidUTF8, offset: 1)) {
            try JSONParser.parse([quote] + bytes + [quote])
        }
        #expect(throws: JSONError(reason: .invalidUTF8, offset: 1)) {
            try JSONParser.parse([quote] + Array("\\n".utf8) + bytes + [quote])
        }
        #expect(throws: JSONError(reason: .expectedValue, offset: 0)) { try JSONParser.parse(bytes) }
    }

    @Test("an error says what is wrong and where")
    func description() {
        let error = JSONError(reason: .expectedComma, offset: 7)
        #expect(error.description == "Expecting ',' delimiter at byte 7")
    }
}
