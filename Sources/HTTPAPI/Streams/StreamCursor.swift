import EventLog

/// How far a client has come, as the id of the last event that it has seen says it.
///
/// An id ends in `_P` where P is a position: everything up to there was seen. Inside the backlog it ends in
/// `_P~G~R~S`: the backlog as of P was seen up to the place with group G, lane R and submission S.
enum StreamCursor: Equatable {
    case position(Position)
    case backlog(asOf: Position, after: BacklogPlace)
    /// The greeting of that session and nothing else.
    case greeting(sessionID: String)

    /// The last event that the client says it knows of; nil where it says nothing of the kind.
    var position: Position? {
        switch self {
        case .position(let position), .backlog(let position, _): position
        case .greeting: nil
        }
    }

    /// Nil where the id is none of ours.
    init?(lastEventID: String) {
        if lastEventID.hasPrefix("conn_") {
            self = .greeting(sessionID: String(lastEventID.dropFirst(5)))
            return
        }
        let tail = lastEventID.lastIndex(of: "_").map { lastEventID[lastEventID.index(after: $0)...] }
        let numbers = (tail ?? lastEventID[...]).split(separator: "~", omittingEmptySubsequences: false).map { Int($0) }
        switch numbers.count {
        case 1:
            guard let position = numbers[0], position >= 0 else { return nil }
            self = .position(position)
        case 4:
            guard let asOf = numbers[0], let group = numbers[1], let rank = numbers[2], let submitted = numbers[3],
                asOf >= 0
            else { return nil }
            self = .backlog(asOf: asOf, after: BacklogPlace(group: group, queueRank: rank, position: submitted))
        default:
            return nil
        }
    }
}

/// A place in the order of the backlog: pending decisions first, then the others that wait, each by lane and age.
struct BacklogPlace: Comparable {
    let group: Int
    let queueRank: Int
    let position: Position

    /// Before every place.
    static let start = BacklogPlace(group: 0, queueRank: 0, position: 0)

    static func < (left: BacklogPlace, right: BacklogPlace) -> Bool {
        (left.group, left.queueRank, left.position) < (right.group, right.queueRank, right.position)
    }

    var text: String { "\(group)~\(queueRank)~\(position)" }
}
