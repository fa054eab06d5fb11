import EventLog
import Identity
import Testing

/// Time-based one-time codes (RFC 6238, RFC 4226 and hitl-api 6.3).
@Suite("One-time codes")
struct OneTimeCodeTests {
    private static let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, for SHA-1; six of its eight digits.
    static let vectors: [(seconds: Int, code: String)] = [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ]

    @Test("the vectors of RFC 6238", arguments: vectors)
    func vector(seconds: Int, code: String) {
        let moment = Timestamp(microseconds: Int64(seconds) * 1_000_000)
        let step = OneTimeCode.step(at: moment)
        #expect(step == seconds / 30)
        #expect(OneTimeCode.code(of: Self.secret, step: step) == code)
        #expect(OneTimeCode.step(of: code, from: Self.secret, after: 0, at: moment) == step)
    }

    /// RFC 4226, appendix D.
    @Test("the vectors of RFC 4226")
    func counters() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { OneTimeCode.code(of: Self.secret, step: $0) } == codes)
    }

    @Test("one step before and one after are taken, no others", arguments: -3...3)
    func tolerance(steps: Int) {
        let now = OneTimeCode.step(at: .noon)
        let code = OneTimeCode.code(of: Self.secret, step: now + steps)
        let step = OneTimeCode.step(of: code, from: Self.secret, after: 0, at: .noon)
        #expect(step == (abs(steps) <= 1 ? now + steps : nil))
    }

    @Test("neither the last step that was used nor one before it is taken")
    func used() {
        let now = OneTimeCode.step(at: .noon)
        func step(_ steps: Int, after last: Int) -> Int? {
            OneTimeCode.step(
                of: OneTimeCode.code(of: Self.secret, step: now + steps), from: Self.secret, after: last, at: .noon)
        }
        #expect(step(-1, after: now - 2) == now - 1)
        #expect(step(-1, after: now - 1) == nil)
        #expect(step(0, after: now - 1) == now)
        #expect(step(0, after: now) == nil)
        #expect(step(1, after: now) == now + 1)
        #expect(step(1, after: now + 1) == nil)
    }

    @Test(
        "other texts are no codes", arguments: ["", "0", "28708", "2870822", "28708x", " 287082", "２８７０８２", "-87082"])
    func others(_ text: String) {
        let moment = Timestamp(microseconds: 59_000_000)
        #expect(OneTimeCode.step(of: text, from: Self.secret, after: 0, at: moment) == nil)
    }

    @Test("the address is the one of the contract, byte for byte")
    func address() {
        let secret = Base32.text(Self.secret)
        #expect(
            OneTimeCode.address(of: Self.secret, email: "admin@reactive-fabric.local")
                == "otpauth://totp/Reactive%20Fabric%20HITL:admin%40reactive-fabric.local?secret=\(secret)"
                + "&issuer=Reactive%20Fabric%20HITL")
        #expect(
            OneTimeCode.address(of: [], email: "o'b+c &?é_~@x.y").contains(":o%27b%2Bc%20%26%3F%C3%A9_~%40x.y?secret=&")
        )
    }
}
