import Identity
import Testing

@testable import verdict

@Suite("A new password")
struct NewPasswordTests {
    @Test(
        "is the line without its end",
        arguments: [
            ("a good one", "a good one"), ("a good one\r", "a good one"), ("  spaces  ", "  spaces  "),
            ("pässwörd🐟", "pässwörd🐟"), (String(repeating: "x", count: 1024), String(repeating: "x", count: 1024)),
        ])
    func good(_ line: String, _ password: String) throws {
        #expect(try NewPassword.password(in: Array(line.utf8)) == password)
    }

    @Test(
        "is refused by the rules of the HTTP door",
        arguments: [
            ("", NewPassword.Refusal.none), ("\r", .none), ("1234567", .unusable(.tooShort(lengthMin: 8))),
            (String(repeating: "x", count: 1025), .unusable(.tooLong(lengthMax: 1024))),
            ("with\0in it", .unusable(.unusable(reason: "must not contain a NUL character"))),
        ])
    func bad(_ line: String, _ refusal: NewPassword.Refusal) {
        #expect(throws: refusal) { try NewPassword.password(in: Array(line.utf8)) }
    }

    @Test("is not mended where it is no text: nobody could type it")
    func notText() {
        #expect(throws: NewPassword.Refusal.notText) { try NewPassword.password(in: Array("password".utf8) + [0xE4]) }
    }

    @Test("no refusal repeats it")
    func sentences() {
        let refusals: [NewPassword.Refusal] = [
            .none, .notText, .differs, .interrupted, .unusable(.tooShort(lengthMin: 8)),
        ]
        #expect(
            refusals.map(\.description).allSatisfy { $0.contains("password") || $0.contains("nothing was changed") })
    }
}
