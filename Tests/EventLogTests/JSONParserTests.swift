import Testing

@testable import EventLog

@Suite("JSON parser: what it accepts")
struct JSONParserTests {
    @Test(
        "every kind of value is read",
        arguments: [
            ("null", JSON.null), ("true", true), ("false", false), ("0", 0), ("-12", -12), ("\"\"", ""), ("\"a\"", "a"),
            ("[]", []), ("{}", [:]), ("[1,2]", [1, 2]), ("[[],[null]]", [[], [nil]]),
            ("{\"a\":{\"b\":[true]}}", ["a": ["b": [true]]]), ("\"/\"", "/"),
        ] as [(String, JSON)])
    func value(text: String, expected: JSON) throws {
        #expect(try JSONParser.parse(text) == expected)
    }

    @Test(
        "white space may stand around every token",
        arguments: [" [ 1 , 2 ] ", "\t[\n1,\r\n2]\n", "[1,2]", "\r[1 ,\t2 ]"])
    func whiteSpace(text: String) throws {
        #expect(try JSONParser.parse(text) == [1, 2])
    }

    @Test("members keep the order in which they were written")
    func order() throws {
        let object = try #require(try JSONParser.parse(#"{"b":1,"a":2,"c":3}"#).objectValue)
        #expect(object.members.map(\.key) == ["b", "a", "c"])
    }

    @Test(
        "a number keeps its digits",
        arguments: [
            "8.50", "12345678901234567890123", "-0", "0.0", "-0.10", "1e99", "17e307", "1E+05", "1e-0", "2.50e10", "10",
            "9007199254740993", "0e0",
        ])
    func numberVerbatim(text: String) throws {
        let value = try JSONParser.parse(text)
        #expect(value.numberValue?.text == text)
        #expect(value.text == text)
        #expect(try JSONParser.parse("[\(text)]").text == "[\(text)]")
    }

    @Test(
        "of members with one name the last counts, at the place of the first",
        arguments: [1, 2, 15, 16, 17, 18, 40])
    func duplicateKeys(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" }
        let text = "{\(members.joined(separator: ",")),\"k0\":\"last\",\"k\(count - 1)\":\"end\"}"
        let object = try #require(try JSONParser.parse(text).objectValue)
        #expect(object.members.map(\.key) == (0..<count).map { "k\($0)" })
        #expect(object["k\(count - 1)"] == "end")
        #expect(object["k0"] == (count == 1 ? "end" : "last"))
        #expect(count < 3 || object["k1"] == 1)
    }

    @Test("a name that is repeated among more than 16 members is found, wherever its first use stands")
    func duplicatesBeyondTheLinearSearch() throws {
        let members = (0..<100).flatMap { ["\"k\($0)\":\"first\"", "\"k\($0 / 2)\":\($0)"] }
        let object = try #require(try JSONParser.parse("{\(members.joined(separator: ","))}").objectValue)
        #expect(object.members.count == 100)
        #expect(object["k0"] == 1)
        #expect(object["k10"] == 21)
        #expect(object["k49"] == 99)
        #expect(object["k99"] == "first")
    }

    @Test("names that look the same but are other code points are other names", arguments: [0, 30])
    func canonicallyEquivalentNames(others: Int) throws {
        let padding = (0..<others).map { "\"k\($0)\":0," }.joined()
        let text = "{\(padding)\"\u{E9}\":1,\"e\u{301}\":2}"
        let value = try JSONParser.parse(text)
        #expect(Array(value.text.utf8) == Array(text.utf8))
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test("128 levels may be nested, 129 may not", arguments: ["[", "{\"a\":"])
    func depth(opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ levels: Int) -> String {
            String(repeating: opening, count: levels) + "1" + String(repeating: closing, count: levels)
        }
        #expect(try JSONParser.parse(nested(128)).text == nested(128))
        #expect(throws: JSONError(reason: .tooDeep, offset: 128 * opening.utf8.count)) {
            try JSONParser.parse(nested(129))
        }
    }

    @Test("levels count where they are nested, not side by side")
    func siblingsAreNotNested() throws {
        let text = "[" + Array(repeating: "[[]]", count: 500).joined(separator: ",") + "]"
        #expect(try JSONParser.parse(text).text == text)
    }

    @Test("a hundred thousand open brackets are refused, not fatal")
    func hostileDepth() {
        #expect(throws: JSONError(reason: .tooDeep, offset: 128)) {
            try JSONParser.parse(String(repeating: "[", count: 100_000))
        }
    }

    @Test("bytes that do not lie side by side are read too")
    func scatteredBytes() throws {
        let bytes: ReversedCollection<[UInt8]> = Array("]2,1[".utf8).reversed()
        #expect(try JSONParser.parse(bytes) == [1, 2])
    }
}
