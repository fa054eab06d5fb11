/// Why a token is no proof of anything.
package enum TokenFault: Error, Sendable, Hashable {
    /// Not three parts, not our signature, another algorithm, an unknown type, no end, no name.
    case invalid
    case expired
    case notYetValid
}
