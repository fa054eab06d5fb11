import EventLog
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("a value answers only as what it is")
    func accessors() {
        let values: [JSON] = [nil, true, 1, "s", [1], ["a": 1]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.boolValue) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.numberValue) == [nil, nil, JSONNumber(1), nil, nil, nil])
        #expect(values.map(\.stringValue) == [nil, nil, nil, "s", nil, nil])
        #expect(values.map(\.arrayValue) == [nil, nil, nil, nil, [1], nil])
        #expect(values.map { $0.objectValue?.members.count } == [nil, nil, nil, nil, nil, 1])
        #expect(values.map { $0["a"] } == [nil, nil, nil, nil, nil, 1])
    }

    @Test("the empty object is an object without members")
    func emptyObject() {
        #expect(JSON.emptyObject.text == "{}")
        #expect(JSONObject().isEmpty)
        #expect(!JSONObject([.init(key: "a", value: nil)]).isEmpty)
    }

    @Test("setting a member replaces it in its place, adds it at the end, or takes it away")
    func setMembers() {
        var object = JSONObject([.init(key: "a", value: 1), .init(key: "b", value: 2)])
        object["a"] = "one"
        object["c"] = 3
        object["missing"] = nil
        #expect(JSON.object(object).text == #"{"a":"one","b":2,"c":3}"#)
        object["b"] = Optional<JSON>.none
        #expect(JSON.object(object).text == #"{"a":"one","c":3}"#)
    }

    @Test(
        "a number is a double where it fits, and an integer where it is written as one",
        arguments: [
            ("1", 1.0, 1), ("1.0", 1.0, nil), ("1e2", 100.0, nil), ("-5", -5.0, -5),
            ("9223372036854775807", 9_223_372_036_854_775_807.0, Int.max),
            ("9223372036854775808", 9_223_372_036_854_775_808.0, nil), ("1e-999", 0.0, nil),
        ] as [(String, Double?, Int?)])
    func numbers(text: String, double: Double?, int: Int?) throws {
        let number = try #require(try JSONParser.parse(text).numberValue)
        #expect(number.double == double)
        #expect(number.int == int)
    }

    @Test("numbers made here are written in the shortest form")
    func madeNumbers() {
        #expect(JSONNumber(42).text == "42")
        #expect(JSONNumber(Int64.min).text == "-9223372036854775808")
        #expect(JSON.floatLiteral.text == "0.25")
    }
}

extension JSON {
    fileprivate static let floatLiteral: JSON = 0.25
}
