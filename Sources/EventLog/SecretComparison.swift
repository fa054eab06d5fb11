extension [UInt8] {
    /// Equality that takes the same time wherever the two differ, so that nobody finds a secret byte by byte.
    package func elementsEqualInConstantTime(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
