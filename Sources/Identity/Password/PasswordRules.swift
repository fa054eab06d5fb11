/// What a password has to be (hitl-api 4.1 and 13, 17).
package enum PasswordRules {
    /// What the first administrator begins with; everybody knows it.
    package static let wellKnown = "ChangeMe123!"
    package static let lengthMin = 8
    /// Long ones are hashed whole, but not without end.
    package static let sizeBytesMax = 1024
}
