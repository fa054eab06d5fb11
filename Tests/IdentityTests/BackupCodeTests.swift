import Identity
import Testing

/// Codes for the day on which the generator is lost (hitl-api 6.3).
@Suite("Backup codes")
struct BackupCodeTests {
    private static let cost = PasswordCost(logarithmOfRounds: 4)

    @Test("ten of them, all different, eight upper-case hexadecimal characters each")
    func shape() {
        let codes = BackupCode.make()
        #expect(Set(codes).count == 10)
        for code in codes {
            #expect(code.utf8.count == 8)
            #expect(code.utf8.allSatisfy { "0123456789ABCDEF".utf8.contains($0) })
        }
        #expect(Set(codes).isDisjoint(with: BackupCode.make()))
    }

    @Test("a code is found among the hashes, in any case of its letters, and no other one is")
    func finding() throws {
        let codes = BackupCode.make()
        let hashes = try BackupCode.hashes(of: codes, cost: Self.cost).map(\.text)
        #expect(hashes.count == 10)
        for (code, hash) in zip(codes, hashes) {
            #expect(try BackupCode.hash(of: code, among: hashes) == hash)
            #expect(try BackupCode.hash(of: code.lowercased(), among: hashes) == hash)
            #expect(try BackupCode.hash(of: code, among: hashes.filter { $0 != hash }) == nil)
            #expect(!hashes.contains { $0.contains(code) })
        }
        for other in ["", "00000000", String(codes[0].dropLast()), codes[0] + "0"] where !codes.contains(other) {
            #expect(try BackupCode.hash(of: other, among: hashes) == nil)
        }
        #expect(try BackupCode.hash(of: codes[0], among: []) == nil)
        #expect(try BackupCode.hash(of: codes[0], among: ["damaged"]) == nil)
        #expect(try BackupCode.hashes(of: [], cost: Self.cost).isEmpty)
    }

    @Test("two sets of the same codes have other hashes")
    func salt() throws {
        let codes = BackupCode.make()
        let first = try BackupCode.hashes(of: codes, cost: Self.cost).map(\.text)
        let second = try BackupCode.hashes(of: codes, cost: Self.cost).map(\.text)
        #expect(Set(first).isDisjoint(with: second))
    }

    @Test(
        "what could be one",
        arguments: [
            ("01234567", true), ("89ABCDEF", true), ("89abcdef", true), ("0123456", false),
            ("012345678", false), ("0123456G", false), ("0123456g", false), ("", false), ("0123456!", false),
            ("\u{1}\u{2}\u{3}45678", false), ("é12345", false),
        ])
    func isOne(text: String, isOne: Bool) {
        #expect(BackupCode.isOne(text) == isOne)
    }
}
