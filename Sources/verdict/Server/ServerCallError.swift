/// Why a call got no answer.
enum ServerCallError: Error, Hashable {
    /// There is no server at that address.
    case unreachable(reason: String)
    /// The answer did not come, or not whole.
    case broken(reason: String)
}
