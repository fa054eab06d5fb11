/// Numbers that follow from a seed alone: the same on every machine and with every version of the standard library, whose
/// own draws promise no such thing. SplitMix64, with integers only: a logarithm may differ in its last digit elsewhere.
struct SeededRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, `bound`; 0 for a bound below 1.
    mutating func below(_ bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func draw(from range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// True in so many of a hundred draws.
    mutating func percent(_ share: Int) -> Bool {
        below(100) < share
    }

    /// One of the elements; the fallback where there are none.
    mutating func pick<Element>(_ elements: [Element], else fallback: Element) -> Element {
        elements.isEmpty ? fallback : elements[below(elements.count)]
    }

    /// The rank of something whose frequency falls with its rank, as Zipf has it: from 0 up to, and without, 2 to the power
    /// of `bits`. Each doubling of the rank is drawn equally often.
    mutating func rank(bits: Int) -> Int {
        let octave = below(bits)
        return (1 << octave) - 1 + below(1 << octave)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
