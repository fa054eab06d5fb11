import EventLog
import Governance
import Identity
import Ledger
import VerdictTesting

/// One thing that is done with a ledger, again and again until it is done.
struct Step: Sendable {
    enum Deed: Sendable {
        case execute(Command)
        /// Has the clock say what it has to say.
        case passTime
    }

    let name: String
    /// When it is done, after the start.
    let time: Interval
    let deed: Deed

    /// What callers ask of a ledger, always the same: a life of decisions, sessions and users. Before each leg the ledger
    /// is opened, and after it closed.
    static let legs: [[Step]] = {
        let alice = OperatorAction(sessionID: "session-1", comment: "seen it before")
        let legs: [[(minutes: Int, String, Deed)]] = [
            [
                (0, "a session is opened", .execute(.openSession(sessionID: "session-1", Sample.openSession()))),
                (0, "d1 is submitted", .execute(.submit(Sample.submission("d1")))),
                (0, "d2 is submitted", .execute(.submit(Sample.submission("d2", risk: .critical)))),
            ],
            [
                (1, "d1 is approved", .execute(.approve(decisionID: "d1", alice))),
                (1, "a program comes", .execute(.identity(.user("candi", .register(program), by: "user:admin")))),
                (2, "d3 is submitted", .execute(.submit(Sample.submission("d3", risk: .low)))),
                (3, "d3 is escalated", .execute(.escalate(decisionID: "d3", alice, reason: "too big", target: nil))),
            ],
            [
                (30, "d2 is late", .passTime),
                (31, "d2 is rejected", .execute(.reject(decisionID: "d2", alice, reason: "no"))),
                (32, "d4 is submitted", .execute(.submit(Sample.submission("d4")))),
                (32, "the session is closed", .execute(.closeSession("session-1"))),
            ],
        ]
        return legs.map { $0.map { Step(name: $0.1, time: .minutes($0.minutes), deed: $0.2) } }
    }()

    /// All legs.
    static let course = legs.flatMap { $0 }

    /// The steps of a leg, as places in the course.
    static func places(ofLeg leg: Int) -> Range<Int> {
        let start = legs.prefix(leg).reduce(0) { $0 + $1.count }
        return start..<(start + legs[leg].count)
    }

    private static let program = Registration(
        email: "", fullName: "threat analysis", role: .service, rank: "",
        secret: .credential(hash: String(repeating: "0", count: 64)))
}
