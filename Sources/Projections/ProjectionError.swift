/// Why a projection cannot take an event.
enum ProjectionError: Error, CustomStringConvertible {
    /// The event changes something that no earlier event has made.
    case missingRow(String)
    case undecodable(String)

    var description: String {
        switch self {
        case .missingRow(let name): "there is no \(name)"
        case .undecodable(let problem): problem
        }
    }
}
