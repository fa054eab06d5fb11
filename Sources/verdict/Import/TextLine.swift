/// A line of a file, by its number from 1.
enum TextLine: Sendable, Hashable {
    /// The bytes without the line's end.
    case text(number: Int, bytes: [UInt8])
    case tooLong(number: Int)
}
