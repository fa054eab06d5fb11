import EventLog
import Testing

@Suite("JSON round trip")
struct JSONRoundTripTests {
    @Test("any value comes back from its own text, and its text from the value", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let value = JSON.random(using: &random, depth: 5)
        let parsed = try JSONParser.parse(value.bytes)
        #expect(parsed == value)
        #expect(parsed.bytes == value.bytes)
    }

    @Test("a text with one byte changed is refused or read, never fatal", arguments: 0..<200 as Range<UInt64>)
    func mutation(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var bytes = JSON.random(using: &random, depth: 4).bytes
        for _ in 0..<20 {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            guard let value = try? JSONParser.parse(bytes) else { continue }
            #expect((try? JSONParser.parse(value.bytes)) == value)
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension JSON {
    fileprivate static func random(using random: inout SplitMix64, depth: Int) -> JSON {
        switch Int.random(in: depth > 0 ? 0...7 : 0...4, using: &random) {
        case 0: return nil
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(JSONNumber(Int.random(in: .min ... .max, using: &random)))
        case 3: return .number(JSONNumber(Double(bitPattern: random.next())))
        case 4: return .string(.random(using: &random))
        case 5:
            let count = Int.random(in: 0...6, using: &random)
            return .array((0..<count).map { _ in JSON.random(using: &random, depth: depth - 1) })
        default:
            let count = Int.random(in: 0...25, using: &random)
            return .object(
                JSONObject(
                    (0..<count).map { place in
                        JSONObject.Member(
                            key: "\(place):" + String.random(using: &random),
                            value: JSON.random(using: &random, depth: depth - 2))
                    }))
        }
    }
}

extension String {
    fileprivate static func random(using random: inout SplitMix64) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let range: ClosedRange<UInt32> = Bool.random(using: &random) ? 0...0x7F : 0...0x10FFFF
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
