import EventLog
import Governance
import Identity
import Projections

/// A session of the Governance API or a login, as its stream tells it.
package struct SessionStory: Sendable {
    package enum Kind: String, Sendable {
        case session, login
    }

    package let kind: Kind
    package let sessionID: String
    package private(set) var operatorID: String?
    package private(set) var operatorName: String?
    package private(set) var operatorRole: String?
    package private(set) var openedAt: Timestamp?
    package private(set) var expiresAt: Timestamp?
    package private(set) var closedAt: Timestamp?
    package private(set) var closeReason: String?
    package private(set) var ipAddress: String?
    package private(set) var userAgent: String?
    /// Of a login: what was asked for beside the password.
    package private(set) var factor: String?

    private init(_ kind: Kind, _ sessionID: String) {
        self.kind = kind
        self.sessionID = sessionID
    }

    /// Those of these ids that the log knows, each once, in the order in which they are first named.
    static func all(_ ids: [String], log: any EventStore, asOf position: Position) throws -> [SessionStory] {
        var known: Set<String> = []
        let names = ids.filter { known.insert($0).inserted }
        let streams = try log.read(
            streams: names.flatMap { [GovernanceEvent.sessionStream($0), IdentityEvent.loginStream($0)] })
        return names.flatMap { name in
            [(Kind.session, GovernanceEvent.sessionStream(name)), (.login, IdentityEvent.loginStream(name))]
                .compactMap { kind, stream in
                    let events = streams[stream]?.filter { $0.position <= position } ?? []
                    if events.isEmpty { return nil }
                    return events.reduce(into: SessionStory(kind, name)) { $0.take(CommittedEvent($1)) }
                }
        }
    }

    private mutating func take(_ event: CommittedEvent) {
        let recorded = event.recorded
        switch event.meaning {
        case .governance(.session(.opened(let opened))):
            operatorID = opened.operatorID
            operatorName = opened.operatorName
            operatorRole = opened.operatorRole
            openedAt = opened.createdAt
            expiresAt = opened.expiresAt
            ipAddress = opened.ipAddress ?? recorded.sourceAddress
            userAgent = opened.userAgent
        case .governance(.session(.closed(_, _, let reason))): close(recorded, reason.rawValue)
        case .identity(.login(.opened(let opened))):
            operatorID = opened.username
            openedAt = opened.openedAt
            expiresAt = opened.expiresAt
            factor = opened.factor.rawValue
            ipAddress = recorded.sourceAddress
        case .identity(.login(.refreshed(_, _, _, let expiresAt))): self.expiresAt = expiresAt
        case .identity(.login(.closed(let closed))):
            operatorID = operatorID ?? closed.username
            close(recorded, closed.reason.rawValue)
        case .governance(.decision), .identity(.user), .identity(.access), .store, nil: break
        }
    }

    private mutating func close(_ recorded: RecordedEvent, _ reason: String) {
        closedAt = recorded.recordedAt
        closeReason = reason
    }
}

extension RecordedEvent {
    fileprivate var sourceAddress: String? { (try? EventMetadata(json: metadata))?.sourceAddress }
}
