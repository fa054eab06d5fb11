import Governance
import Identity

/// Somebody who answers, and what is open under that name.
struct Person: Sendable {
    /// People work in three shifts, with a few who also come at the weekend.
    struct Roster: Sendable {
        /// The hour in which the shift begins, in UTC.
        let hour: Int
        let isWeekendToo: Bool
    }

    var user: UserState
    let roster: Roster
    /// Whether this one logs in at the HITL door; the others open sessions at the Governance door.
    let logsIn: Bool
    let wantsSecondFactor: Bool
    let address: String
    var session: SessionState?
    var login: LoginState?

    /// What a session calls its operator.
    var operatorID: String { user.email }
}
