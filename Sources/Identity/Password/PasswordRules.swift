/// What a password has to be (hitl-api 4.1 and 13, 17).
package enum PasswordRules {
    /// What the first administrator begins with; everybody knows it.
    package static let wellKnown = "ChangeMe123!"
    package static let lengthMin = 8
    /// Long ones are hashed whole, but not without end.
    package static let sizeBytesMax = 1024

    /// Nil where that can be a password.
    package static func fault(_ text: String) -> FieldFault? {
        if text.unicodeScalars.count < lengthMin { return .tooShort(lengthMin: lengthMin) }
        if text.utf8.count > sizeBytesMax { return .tooLong(lengthMax: sizeBytesMax) }
        if text.unicodeScalars.contains("\0") { return .unusable(reason: "must not contain a NUL character") }
        return nil
    }
}
