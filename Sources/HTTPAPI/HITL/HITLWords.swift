import Ledger

/// What this door says to administrators. The command line says the same, also where no server runs.
package enum HITLWords {
    package static let keysAreConfigured = """
        The signing key comes from the configuration: change it there, and keep the old one as the previous key for as \
        long as its tokens are good
        """

    /// Why a command got no receipt.
    package static func sentence(for error: CommandError) -> String {
        switch APIError(hitl: error).detail {
        case .sentence(let sentence): sentence
        case .issues(let issues): issues.map(\.message).joined(separator: "; ")
        }
    }
}
