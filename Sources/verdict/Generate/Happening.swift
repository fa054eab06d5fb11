/// Something that a made-up day holds. Persons are named by their place in the staff, decisions by their id.
enum Happening: Sendable {
    case submission
    case warning(String)
    case deadline(String)
    case answer(String)
    case withdrawal(String)
    case execution(String)
    case shiftBegins(Int)
    case shiftEnds(Int)
    case secondFactor(Int)
    case tokensRenewed(String, of: Int)
    case sessionExpires(String, of: Int)
    /// Somebody who is not on duty, or not welcome.
    case visit
    /// The administrator changes something about somebody.
    case administration
}
