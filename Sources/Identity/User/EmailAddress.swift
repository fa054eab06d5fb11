import Foundation

/// An e-mail address that mail could reach (hitl-api 6.1).
package struct EmailAddress: Sendable, Hashable {
    package let text: String

    /// Endings that no mail travels to (RFC 6761, RFC 7686).
    private static let specialEndings: Set<String> = [
        "arpa", "invalid", "local", "localhost", "onion", "test",
    ]
    private static let sizeBytesMax = 254
    private static let localSizeBytesMax = 64

    /// Why a text is no address.
    package struct Refusal: Error, Sendable {
        package let reason: String
    }

    /// Reads `a@b.c` and `Name <a@b.c>`; the domain becomes lower-case.
    ///
    /// - Throws: `Refusal`.
    package init(_ input: String) throws(Refusal) {
        var text = input.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasSuffix(">"), let start = text.lastIndex(of: "<") {
            text = String(text[text.index(after: start)...].dropLast())
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Refusal(reason: "An email address must have an @-sign.") }
        let (local, domain) = (String(parts[0]), parts[1].lowercased())
        guard !local.isEmpty else { throw Refusal(reason: "There must be something before the @-sign.") }
        guard !domain.isEmpty else { throw Refusal(reason: "There must be something after the @-sign.") }
        guard text.utf8.count <= Self.sizeBytesMax, local.utf8.count <= Self.localSizeBytesMax else {
            throw Refusal(reason: "The email address is too long.")
        }
        guard Self.isDotted(local, permits: Self.isPermittedInLocal) else {
            throw Refusal(reason: "The email address contains invalid characters before the @-sign.")
        }
        guard Self.isDotted(domain, permits: Self.isPermittedInDomain) else {
            throw Refusal(reason: "The part after the @-sign contains invalid characters.")
        }
        let labels = domain.split(separator: ".")
        guard labels.count > 1, let ending = labels.last else {
            throw Refusal(reason: "The part after the @-sign is not valid. It should have a period.")
        }
        guard labels.allSatisfy({ !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 }),
            !ending.allSatisfy(\.isNumber)
        else { throw Refusal(reason: "The part after the @-sign is not a valid domain name.") }
        guard !Self.specialEndings.contains(String(ending)) else {
            throw Refusal(
                reason: "The part after the @-sign is a special-use or reserved name that cannot be used with email.")
        }
        self.text = "\(local)@\(domain)"
    }

    /// Whether single dots separate parts of such characters.
    private static func isDotted(_ text: String, permits: (Unicode.Scalar) -> Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.unicodeScalars.allSatisfy(permits) }
    }

    private static func isPermittedInLocal(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || "!#$%&'*+/=?^_`{|}~-".unicodeScalars.contains(scalar)
    }

    private static func isPermittedInDomain(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || scalar == "-"
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .nonspacingMark, .spacingMark:
            true
        default: false
        }
    }
}
