/// What an append believes of its stream. If the belief is wrong, nothing of the batch is written.
package enum ExpectedVersion: Sendable, Hashable {
    case any
    case mustBeNew
    case mustExist
    /// The version of the last event of the stream; 0 says the same as `mustBeNew`.
    case exact(Int)

    package func isMet(by current: Int) -> Bool {
        switch self {
        case .any: true
        case .mustBeNew: current == 0
        case .mustExist: current > 0
        case .exact(let version): current == version
        }
    }
}
