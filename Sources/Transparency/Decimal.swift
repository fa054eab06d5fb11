/// Numbers as the C2SP formats have them: ASCII digits, no sign, no leading zero but in `0` itself.
enum Decimal {
    static func number(_ text: some StringProtocol) -> Int? {
        guard let first = text.utf8.first,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            first != UInt8(ascii: "0") || text.utf8.count == 1
        else { return nil }
        return Int(text)
    }
}
