import EventLog
import Foundation
import Identity
import Testing

/// Hashes of passwords: scrypt (RFC 7914) in PHC string format.
@Suite("Hashes of passwords")
struct PasswordHashTests {
    private static let cheap = PasswordCost(logarithmOfRounds: 4)

    @Test("a password matches its hash, also one that was read back, and no other one does")
    func matching() throws {
        for password in ["correct horse", "", "pässwörd 🔑", "a\0b", String(repeating: "x", count: 1024)] {
            let hash = try PasswordHash(of: password, cost: Self.cheap)
            let read = try #require(PasswordHash(text: hash.text))
            #expect(read == hash)
            #expect(read.cost == Self.cheap)
            #expect(try hash.matches(password) && read.matches(password))
            for other in [password + "x", password + "\0", "x" + password, password.uppercased() + "!"] {
                #expect(try !hash.matches(other))
            }
        }
    }

    @Test("all bytes of a long password count")
    func longPasswords() throws {
        let password = String(repeating: "x", count: 100)
        let hash = try PasswordHash(of: password, cost: Self.cheap)
        #expect(try !hash.matches(String(password.dropLast())))
        #expect(try !hash.matches(String(password.dropLast()) + "y"))
    }

    @Test("each hash has a salt of its own")
    func salt() throws {
        let hashes = try (1...10).map { _ in try PasswordHash(of: "same", cost: Self.cheap).text }
        #expect(Set(hashes).count == 10)
    }

    @Test("the text says how it was made")
    func text() throws {
        let cost = PasswordCost(logarithmOfRounds: 5, blockSize: 4, parallelism: 2)
        let hash = try PasswordHash(of: "x", cost: cost, salt: Array("0123456789abcdef".utf8))
        #expect(hash.text.hasPrefix("$scrypt$ln=5,r=4,p=2$MDEyMzQ1Njc4OWFiY2RlZg$"))
        #expect(PasswordHash(text: hash.text)?.cost == cost)
        #expect(PasswordCost.standard == PasswordCost(logarithmOfRounds: 14, blockSize: 8, parallelism: 1))
    }

    /// RFC 7914, section 12, cut to the 32 bytes that are kept: PBKDF2 makes its blocks one after the other, so the
    /// first of them do not depend on how many are wanted.
    static let vectors: [(password: String, salt: String, cost: PasswordCost, hash: String)] = [
        (
            "password", "NaCl", PasswordCost(logarithmOfRounds: 10, blockSize: 8, parallelism: 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        ),
        (
            "pleaseletmein", "SodiumChloride", PasswordCost(logarithmOfRounds: 14, blockSize: 8, parallelism: 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        ),
    ]

    @Test("the vectors of RFC 7914", arguments: vectors)
    func vector(password: String, salt: String, cost: PasswordCost, hash: String) throws {
        let made = try PasswordHash(of: password, cost: cost, salt: Array(salt.utf8))
        let text = try #require(made.text.split(separator: "$").last)
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        let bytes = try #require(Data(base64Encoded: text + padding))
        #expect(bytes.map { String(format: "%02x", $0) }.joined() == hash)
    }

    static let wrong = [
        "", "$", "x", "$scrypt$ln=4,r=8,p=1$c2FsdA", "$scrypt$ln=4,r=8,p=1$c2FsdA$", "$scrypt$ln=4,r=8,p=1$c2FsdA$!!$",
        "$scrypt$ln=4,r=8,p=1$!!$aGFzaA", "scrypt$ln=4,r=8,p=1$c2FsdA$aGFzaA", "$bcrypt$ln=4,r=8,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=3,r=8,p=1$c2FsdA$aGFzaA", "$scrypt$ln=21,r=8,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=63,r=8,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=-1,r=8,p=1$c2FsdA$aGFzaA", "$scrypt$ln=4,r=0,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=4,r=65,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=4,r=8,p=0$c2FsdA$aGFzaA", "$scrypt$ln=4,r=8,p=65$c2FsdA$aGFzaA", "$scrypt$r=8,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=4;r=8;p=1$c2FsdA$aGFzaA", "$scrypt$ln=x,r=8,p=1$c2FsdA$aGFzaA", "$scrypt$$c2FsdA$aGFzaA",
        "$2b$12$abcdefghijklmnopqrstuuAbCdEfGhIjKlMnOpQrStUvWxYz01234", "$scrypt$ln=4,r=8,p=1$c2FsdA$aGFzaA$more",
    ]

    @Test("what is no such text is none", arguments: wrong)
    func unreadable(_ text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test("a short hash that somebody has written matches nothing by its beginning")
    func shortHash() throws {
        let whole = try PasswordHash(of: "secret", cost: Self.cheap)
        let parts = whole.text.split(separator: "$", omittingEmptySubsequences: false)
        let cut = (parts.dropLast() + [parts[4].prefix(4)]).joined(separator: "$")
        let hash = try #require(PasswordHash(text: cut))
        #expect(try !hash.matches("secret"))
    }

    @Test(
        "equality looks at every byte",
        arguments: [
            ([], [], true), ([1], [1], true), ([1, 2], [1, 3], false),
            ([1], [1, 2], false), ([0, 0, 128], [0, 0, 0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func equality(left: [UInt8], right: [UInt8], isEqual: Bool) {
        #expect(left.elementsEqualInConstantTime(right) == isEqual)
    }
}
