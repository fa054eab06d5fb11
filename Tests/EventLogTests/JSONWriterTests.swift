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

    @Test("a name that is known beforehand is written as any other one", arguments: [1, 4, 5, 64, 1000])
    func knownNames(capacity: Int) {
        var known = JSONWriter(reservingCapacity: capacity)
        var other = JSONWriter(reservingCapacity: capacity)
        known.object { writer in
            for number in 0..<20 {
                writer.member("é", number)
                writer.member("a name of more than fifteen bytes", number)
            }
        }
        other.object { writer in
            for number in 0..<20 {
                writer.member(named: "é", number)
                writer.member(named: "a name of more than fifteen bytes", number)
            }
        }
        #expect(known.text == other.text)
        #expect(known.text.hasPrefix(#"{"é":0,"a name of more than fifteen bytes":0,"é":1,"#))
    }

    @Test(
        "a time is written as its text", arguments: [0, 1, -1, 1_759_752_600_123_456, -62_000_000_000_000_001])
    func times(microseconds: Int64) {
        let time = Timestamp(microseconds: microseconds)
        var writer = JSONWriter(reservingCapacity: 1)
        writer.array { writer in
            for _ in 0..<10 { writer.string(time) }
        }
        #expect(writer.text == "[\(Array(repeating: "\"\(time.rfc3339)\"", count: 10).joined(separator: ","))]")
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
