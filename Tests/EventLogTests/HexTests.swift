import EventLog
import Testing

@Suite("Hexadecimal text")
struct HexTests {
    @Test("bytes are written as two lower-case digits each")
    func text() {
        #expect(Hex.text([]) == "")
        #expect(Hex.text([0x00, 0x09, 0x0A, 0x9F, 0xA0, 0xFF]) == "00090a9fa0ff")
    }

    @Test("every byte reads back")
    func everyByte() {
        for byte in UInt8.min ... .max {
            #expect(UInt8(Hex.text([byte]), radix: 16) == byte)
            #expect(Hex.text([byte]).utf8.count == 2)
        }
    }
}
