/// Why a note, or something that is made of one, is not accepted.
package enum NoteError: Error, Hashable, CustomStringConvertible {
    /// It does not have the form that the specification asks for.
    case malformed(String)
    /// A key that is trusted has a signature here that it did not make.
    case wrongSignature(of: String)
    /// No key that is trusted has signed it.
    case unsigned

    package var description: String {
        switch self {
        case .malformed(let what): what
        case .wrongSignature(let name): "the signature of \(name) does not fit the text"
        case .unsigned: "no trusted key has signed it"
        }
    }
}
