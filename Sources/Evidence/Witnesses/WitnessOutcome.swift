import Transparency

/// What came of asking a witness for its signature.
enum WitnessOutcome: Sendable {
    case cosigned(Publication, NoteSignature)
    /// The witness has seen another history of this log.
    case refused(String)
    /// It could not be asked, or it does not know this log.
    case failed(String)
}
