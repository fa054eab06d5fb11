import Identity
import Testing

/// RFC 4648, sections 6 and 10.
@Suite("Base32")
struct Base32Tests {
    static let vectors = [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ]

    @Test("the vectors of the RFC, without their padding", arguments: vectors)
    func vector(plain: String, text: String) {
        #expect(Base32.text(Array(plain.utf8)) == text)
        #expect(Base32.bytes(text) == Array(plain.utf8))
    }

    @Test("every byte comes back, and twenty of them are 32 characters")
    func roundTrip() {
        for first in UInt8.min ... .max {
            let bytes = (0..<20).map { first &+ UInt8($0) &* 37 }
            let text = Base32.text(bytes)
            #expect(text.utf8.count == 32)
            #expect(Base32.bytes(text) == bytes)
        }
    }

    @Test("other characters are none of it", arguments: ["my", "M1", "MY======", "M Y", "MÝ"])
    func others(_ text: String) {
        #expect(Base32.bytes(text) == nil)
    }
}
