import EventLog
import Governance
import Identity

/// Makes up days of work, by the rules of the domain: what is submitted, answered, escalated, missed and carried out, and who was
/// on duty meanwhile. The same options lead to the same events, byte for byte.
struct LogGenerator {
    struct Options: Sendable {
        var events: Int
        var seed: UInt64
        /// People who answer.
        var operators: Int
    }

    /// Monday, 2026-01-05 00:00 UTC. A clock would make another log every time.
    static let start = Timestamp(microseconds: 1_767_571_200_000_000)
    /// A log of 10,000 events a day, within these bounds, shows whole shifts and is not longer than a quarter of a year.
    private static let days = 3...90
    private static let eventsPerDay = 10_000
    /// What a decision leads to on average, all told.
    private static let eventsPerDecision = 2.7

    let options: Options
    let policy = GovernancePolicy()
    var random: SeededRandom
    var agenda = Agenda()
    var now = LogGenerator.start
    var staff: [Person] = []
    var administrator: UserState?
    var services: [UserState] = []
    /// Decisions that wait for a person or for their execution, by id.
    var decisions: [String: DecisionState] = [:]
    /// Questions that still come close upon each other.
    var burst = 0

    private var appends: [StreamAppend] = []
    private var recorded = 0

    init(_ options: Options) throws {
        self.options = options
        random = SeededRandom(seed: options.seed)
        try hireStaff()
        agenda.put(.submission, at: now + .minutes(2))
        agenda.put(.visit, at: now + .hours(1))
        agenda.put(.administration, at: now + .hours(11))
    }

    var isFinished: Bool { recorded >= options.events }

    /// The next events, at least so many unless the log ends before. All of a stream that belong together stand in one append.
    mutating func next(atLeast count: Int) -> [StreamAppend] {
        let target = min(recorded + count, options.events)
        while recorded < target, let (time, happening) = agenda.takeFirst() {
            now = time
            happen(happening)
        }
        defer { appends = [] }
        return appends
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .submission: submit()
        case .warning(let decisionID): decide(.warn, on: decisionID)
        case .deadline(let decisionID): decide(.timeOut, on: decisionID)
        case .answer(let decisionID): answer(decisionID)
        case .withdrawal(let decisionID): withdraw(decisionID)
        case .execution(let decisionID): execute(decisionID)
        case .shiftBegins(let place): beginShift(of: place)
        case .shiftEnds(let place): endShift(of: place)
        case .secondFactor(let place): proveSecondFactor(of: place)
        case .tokensRenewed(let loginID, let place): renewTokens(loginID, of: place)
        case .sessionExpires(let sessionID, let place): expire(sessionID, of: place)
        case .visit: visit()
        case .administration: administer()
        }
    }

    // MARK: Recording

    /// Records events of one stream, unless they are more than the log is to have.
    ///
    /// - Returns: whether they were recorded.
    mutating func record(_ events: [GovernanceEvent], by metadata: EventMetadata, expecting version: Int) -> Bool {
        record(
            events.map { (type: $0.type, actor: $0.actor, data: $0.data, sessionID: $0.sessionID) },
            to: events.first?.stream, by: metadata, expecting: .exact(version))
    }

    mutating func record(_ events: [IdentityEvent], by metadata: EventMetadata, expecting version: ExpectedVersion)
        -> Bool
    {
        record(
            events.map { event in
                let sessionID: String? = if case .login(let login) = event { login.loginID } else { nil }
                return (type: event.type, actor: event.actor, data: event.data, sessionID: sessionID)
            }, to: events.first?.stream, by: metadata, expecting: version)
    }

    private mutating func record(
        _ events: [(type: String, actor: String, data: [UInt8], sessionID: String?)], to stream: StreamName?,
        by metadata: EventMetadata, expecting version: ExpectedVersion
    ) -> Bool {
        guard let stream, recorded + events.count <= options.events else { return false }
        let new = events.map { event in
            var metadata = metadata
            metadata.sessionID = event.sessionID
            return NewEvent(
                id: EventID(at: now, random: random.next()), type: event.type, recordedAt: now, actor: event.actor,
                data: event.data, metadata: metadata)
        }
        appends.append(StreamAppend(stream, expecting: version, new))
        recorded += new.count
        return true
    }

    /// A request that came over the network.
    mutating func request(from address: String) -> EventMetadata {
        var metadata = EventMetadata()
        metadata.correlationID = Hex.text(random.bytes(16))
        metadata.sourceAddress = address
        return metadata
    }

    // MARK: Time

    /// The time until the next question: short in office hours, long at night and at the weekend.
    mutating func untilNextSubmission() -> Interval {
        if burst > 0 {
            burst -= 1
            return Interval(microseconds: Int64(random.draw(from: 40_000...900_000)))
        }
        if random.percent(1) { burst = random.draw(from: 5...30) }
        let days = min(max(options.events / Self.eventsPerDay, Self.days.lowerBound), Self.days.upperBound)
        let decisions = max(1, Double(options.events) / Self.eventsPerDecision)
        let mean = Double(days) * 86_400 / decisions
        // Two draws: gaps of twice the mean are rarer than gaps of the mean.
        let share = Double(random.below(1 << 20) + random.below(1 << 20)) / Double(1 << 20)
        return .seconds(mean * share / busyness)
    }

    /// How much is asked at this hour, 1 on average over a week.
    private var busyness: Double {
        let hour = now.microseconds / 3_600_000_000
        let isWeekend = hour / 24 % 7 == 2 || hour / 24 % 7 == 3
        let day =
            switch hour % 24 {
            case 0...5: 0.5
            case 6...7, 18...21: 1.0
            case 8...17: 1.5
            default: 0.7
            }
        return isWeekend ? day * 0.5 : day * 1.15
    }
}
