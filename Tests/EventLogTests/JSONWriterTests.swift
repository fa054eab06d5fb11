import EventLog
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("members and elements are separated by commas, without spaces")
    func structure() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("string", "s")
            writer.member("int", 1)
            writer.member("bool", true)
            writer.member("double", 0.5)
            writer.member("json", ["a": [nil, false]])
            writer.member("raw", raw: "8.50")
            writer.object("object") { $0.member("inner", 2) }
            writer.array("array") { writer in
                writer.string("x")
                writer.object { _ in }
                writer.array { _ in }
                writer.null()
                writer.int(-1)
                writer.raw(Array("[1]".utf8))
            }
            writer.object("empty") { _ in }
            writer.member("last", false)
        }
        #expect(
            writer.text == #"{"string":"s","int":1,"bool":true,"double":0.5,"json":{"a":[null,false]},"raw":8.50,"#
                + #""object":{"inner":2},"array":["x",{},[],null,-1,[1]],"empty":{},"last":false}"#)
    }

    @Test("an absent value is written as null, or left out where that is asked for")
    func absentValues() {
        let absent: String? = nil
        let never: Timestamp? = nil
        let now: Timestamp? = Timestamp(microseconds: 0)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("none", absent)
            writer.member("some", Optional("s"))
            writer.memberIfPresent("left_out", absent)
            writer.memberIfPresent("present", "p")
            writer.member("never", never)
            writer.member("now", now)
            writer.member("always", Timestamp(microseconds: 1))
        }
        #expect(
            writer.text == #"{"none":null,"some":"s","present":"p","never":null,"now":"1970-01-01T00:00:00.000000Z","#
                + #""always":"1970-01-01T00:00:00.000001Z"}"#)
    }

    @Test("names of members are escaped")
    func escapedNames() {
        let value: JSON = ["a\"b\n": 1]
        #expect(value.text == #"{"a\"b\n":1}"#)
    }

    @Test(
        "a double is written so that it reads back the same",
        arguments: [
            0.0, -0.0, 0.1, 1.0, 1e16, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.30000000000000004,
        ])
    func doubles(value: Double) throws {
        var writer = JSONWriter()
        writer.double(value)
        #expect(try JSONParser.parse(writer.bytes).numberValue?.double?.bitPattern == value.bitPattern)
    }

    @Test("infinities and NaN, which JSON lacks, become 0", arguments: [Double.infinity, -.infinity, .nan])
    func noInfinities(value: Double) {
        #expect(JSON.number(JSONNumber(value)).text == "0")
    }
}
