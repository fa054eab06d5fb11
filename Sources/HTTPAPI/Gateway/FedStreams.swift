import EventLog
import Identity
import NIOCore

/// The streams of one gateway that are fed from here, and how far each of them has come.
struct FedStreams {
    private struct Member {
        let carried: CarriedStream
        let dialect: Dialect
        /// Who watches, where that is proved.
        let principal: Principal?
        /// Nil while it gets what was.
        var group: Group?
    }

    /// Live streams that have come to the same place: what comes goes to all of them at once. Most of the time all
    /// streams are in one or two groups, so that a commit costs the same however many there are.
    private final class Group {
        let dialect: Dialect
        /// Up to where they have everything.
        var position: Position
        var tokens: Set<String>

        init(_ dialect: Dialect, at position: Position) {
            self.dialect = dialect
            self.position = position
            tokens = []
        }
    }

    private var members: [String: Member] = [:]
    private var groups: [Group] = []
    /// Up to where the live streams have been handed everything.
    private(set) var position: Position = 0

    var tokens: [String] { Array(members.keys) }

    /// Those whose login is over, whose token has expired, or who are no users any more.
    var voided: [String] {
        members.filter { !($0.value.principal?.isStillValid() ?? true) }.map(\.key)
    }

    // MARK: Members

    /// - Returns: false for a token that is here already.
    mutating func add(_ carried: CarriedStream, in dialect: Dialect, by principal: Principal?) -> Bool {
        guard members[carried.token] == nil else { return false }
        members[carried.token] = Member(carried: carried, dialect: dialect, principal: principal)
        return true
    }

    /// - Returns: nil for a token that nobody knows.
    mutating func remove(_ token: String) -> CarriedStream? {
        guard let member = members.removeValue(forKey: token) else { return nil }
        member.group?.tokens.remove(token)
        return member.carried
    }

    mutating func removeAll() -> [CarriedStream] {
        defer { (members, groups) = ([:], []) }
        return members.values.map(\.carried)
    }

    /// Whether the stream still gets what was.
    func isOpening(_ token: String) -> Bool {
        members[token].map { $0.group == nil } ?? false
    }

    /// Has the stream get what comes from now on.
    ///
    /// - Parameter reached: up to where it has everything.
    /// - Returns: false where the others have been handed more already.
    mutating func goLive(_ token: String, at reached: Position) -> Bool {
        guard reached >= position, let member = members[token] else { return false }
        join(token, group(member.dialect, at: reached))
        return true
    }

    private mutating func group(_ dialect: Dialect, at position: Position) -> Group {
        if let group = groups.first(where: { $0.dialect == dialect && $0.position == position }) { return group }
        let group = Group(dialect, at: position)
        groups.append(group)
        return group
    }

    private mutating func join(_ token: String, _ group: Group) {
        group.tokens.insert(token)
        members[token]?.group = group
    }

    // MARK: Events

    /// Moves the live streams to the end of the items.
    ///
    /// - Returns: what has to be sent to which of them.
    mutating func advance(over items: [Subscriber.Item]) -> [(frames: ByteBuffer, tokens: [String])] {
        let deliveries = groups.compactMap { group -> (frames: ByteBuffer, tokens: [String])? in
            let frames = Self.advance(group, over: items)
            return frames.readableBytes == 0 || group.tokens.isEmpty ? nil : (frames, Array(group.tokens))
        }
        // Before anything is sent: a stream that joins meanwhile must not miss it.
        for case .events(let batch) in items { position = max(position, batch.last) }
        mergeGroups()
        return deliveries
    }

    private static func advance(_ group: Group, over items: [Subscriber.Item]) -> ByteBuffer {
        var frames = ByteBuffer()
        for item in items {
            switch item {
            case .events(let batch) where batch.last > group.position:
                var events = batch.frames(after: group.position, in: group.dialect)
                frames.writeBuffer(&events)
                group.position = batch.last
            case .heartbeat(let moment, let active):
                var heartbeat = OperatorStream.heartbeat(
                    at: moment, position: group.position, activeConnections: active, in: group.dialect)
                frames.writeBuffer(&heartbeat)
            // The gateway has comments of its own.
            case .events, .keepAlive: break
            }
        }
        return frames
    }

    /// Puts together those that have met.
    private mutating func mergeGroups() {
        let before = groups.filter { !$0.tokens.isEmpty }.sorted { $0.tokens.count > $1.tokens.count }
        groups = []
        for group in before {
            // The largest comes first, so few streams move.
            if let met = groups.first(where: { $0.dialect == group.dialect && $0.position == group.position }) {
                for token in group.tokens { join(token, met) }
            } else {
                groups.append(group)
            }
        }
    }
}
