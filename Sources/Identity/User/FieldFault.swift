/// Why a field of a user cannot be as somebody wants it.
package enum FieldFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// In Unicode scalars.
    case tooShort(lengthMin: Int)
    /// In Unicode scalars, or in bytes of UTF-8 where the rule counts those.
    case tooLong(lengthMax: Int)
    /// The reason goes behind the name of the field.
    case unusable(reason: String)

    package var description: String {
        switch self {
        case .tooShort(let lengthMin): "must have at least \(lengthMin) characters"
        case .tooLong(let lengthMax): "must have at most \(lengthMax) characters"
        case .unusable(let reason): reason
        }
    }
}
