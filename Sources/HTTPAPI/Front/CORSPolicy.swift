/// Which pages of other origins may read the answers.
package enum CORSPolicy: Sendable, Equatable {
    /// These and no others, with credentials.
    case only(Set<String>)
    /// Everybody, without credentials.
    case any

    package static let `default` = CORSPolicy.only([
        "http://localhost:3000", "http://localhost:3001", "http://localhost:5173",
    ])

    func allows(_ origin: String) -> Bool {
        switch self {
        case .only(let origins): origins.contains(origin)
        case .any: true
        }
    }
}
