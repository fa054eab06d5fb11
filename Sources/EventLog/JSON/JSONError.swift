/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case expectedValue = "Expecting value"
        case expectedKey = "Expecting property name enclosed in double quotes"
        case expectedColon = "Expecting ':' delimiter"
        case expectedComma = "Expecting ',' delimiter"
        case unterminatedString = "Unterminated string"
        case controlCharacter = "Invalid control character in string, write it as an escape"
        case invalidEscape = "Invalid escape in string"
        case loneSurrogate = "Lone surrogate in string, it stands for no character"
        case invalidNumber = "Invalid number"
        case numberOutOfRange = "Number beyond the range of a double"
        case tooDeep = "Nested deeper than 128 levels"
        case extraData = "Extra data after the value"
        case invalidUTF8 = "Not UTF-8"
    }

    package let reason: Reason
    /// Bytes before the place of the error.
    package let offset: Int

    package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
