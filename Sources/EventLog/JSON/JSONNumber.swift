/// A JSON number as it was written.
package struct JSONNumber: Sendable, Hashable {
    /// The digits, sign, point and exponent exactly as received.
    package let text: String

    /// - Precondition: `text` is a number of the JSON grammar; the parser and the initializers below guarantee it.
    init(verbatim text: String) {
        self.text = text
    }

    package init(_ value: Int) {
        text = String(value)
    }

    package init(_ value: Int64) {
        text = String(value)
    }

    /// JSON has no infinities and no NaN: they become 0.
    package init(_ value: Double) {
        text = value.isFinite ? value.description : "0"
    }

    /// The nearest double, or nil where it is beyond the range of a double (`1e999`).
    package var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The value if it is written as an integer that fits into 64 bits.
    package var int: Int? { Int(text) }
}
