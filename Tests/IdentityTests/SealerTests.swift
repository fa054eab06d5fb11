import Foundation
import Identity
import Testing

@Suite("Sealed secrets")
struct SealerTests {
    private static let key = Array(repeating: UInt8(7), count: Sealer.keySizeBytes)
    private static let secret = Array("twenty bytes of them".utf8)

    @Test("what was sealed comes back to its owner")
    func roundTrip() throws {
        let sealer = Sealer(key: Self.key)
        for secret in [[], Self.secret, [UInt8](repeating: 0, count: 4096)] {
            #expect(try sealer.open(try sealer.seal(secret, of: "eve"), of: "eve") == secret)
        }
    }

    @Test("the same secret never looks the same, and is not in what stands there")
    func fresh() throws {
        let sealer = Sealer(key: Self.key)
        let (first, second) = (try sealer.seal(Self.secret, of: "eve"), try sealer.seal(Self.secret, of: "eve"))
        #expect(first != second)
        let bytes = try #require(Data(base64Encoded: first))
        #expect(bytes.range(of: Data(Self.secret)) == nil)
    }

    @Test("it is bound to its owner and to the key")
    func bound() throws {
        let sealed = try Sealer(key: Self.key).seal(Self.secret, of: "eve")
        for owner in ["", "Eve", "eve\0", "mallory"] {
            #expect(throws: (any Error).self) { try Sealer(key: Self.key).open(sealed, of: owner) }
        }
        #expect(throws: (any Error).self) { try Sealer(key: Self.key.map { ~$0 }).open(sealed, of: "eve") }
    }

    @Test("one changed bit anywhere, or a byte less, and it does not open")
    func tampered() throws {
        let sealer = Sealer(key: Self.key)
        let sealed = Array(try #require(Data(base64Encoded: try sealer.seal(Self.secret, of: "eve"))))
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: (any Error).self) { try sealer.open(Data(changed).base64EncodedString(), of: "eve") }
        }
        for count in 0..<sealed.count {
            #expect(throws: (any Error).self) {
                try sealer.open(Data(sealed.prefix(count)).base64EncodedString(), of: "eve")
            }
        }
        for text in ["", "nonsense", "====", "é"] {
            #expect(throws: (any Error).self) { try sealer.open(text, of: "eve") }
        }
    }
}
