import EventLog

/// What a user may be called (hitl-api 4.3).
package enum UserRules {
    /// Of a username, in Unicode scalars.
    package static let usernameLengths = 3...50
    /// Where somebody stands in the escalation chain, if nobody says.
    package static let standardRank = "soc_operator"

    /// Nil where that can be a username.
    package static func fault(username text: String) -> FieldFault? {
        let length = text.unicodeScalars.count
        if length < usernameLengths.lowerBound { return .tooShort(lengthMin: usernameLengths.lowerBound) }
        if length > usernameLengths.upperBound { return .tooLong(lengthMax: usernameLengths.upperBound) }
        return Identifier.reasonToRefuse(text, sizeBytesMax: Identifier.operatorSizeBytesMax)
            .map { .unusable(reason: $0) }
    }

    /// Nil where that can be a full name, a rank or a description.
    package static func fault(word text: String) -> FieldFault? {
        Identifier.reasonToRefuse(word: text).map { .unusable(reason: $0) }
    }
}
