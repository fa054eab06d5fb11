import EventLog
import Governance
import Projections

/// Everything that is recorded about a decision: each step with who, when and how long after the question, what the
/// decision looked like before and after, and under which sessions and logins it was done.
package struct DecisionStory: Sendable {
    package struct Step: Sendable {
        package let record: AuditRecord
        /// Since the step before; nil for the first.
        package let pause: Interval?
        /// Nil before the first step.
        package let before: DecisionPicture?
        package let after: DecisionPicture
    }

    package let submitted: DecisionSubmitted
    package let steps: [Step]
    package let sessions: [SessionStory]
    /// The last event of the log that the story knows of.
    package let position: Position

    /// Nil where nobody has submitted the decision.
    init?(_ records: [AuditRecord], log: any EventStore, asOf position: Position) throws {
        guard let submitted = records.first?.submitted else { return nil }
        self.submitted = submitted
        self.position = position
        var steps: [Step] = []
        for record in records {
            let before = steps.last?.after
            var after = before ?? DecisionPicture(submitted)
            // The entries of one event are one step seen twice.
            let isNew = steps.last?.record.row.position != record.row.position
            if isNew, case .decision(let event) = record.event.governance {
                after = after.after(event, at: record.row.recordedAt)
            }
            let pause = steps.last.map { record.row.recordedAt - $0.record.row.recordedAt }
            steps.append(Step(record: record, pause: pause, before: before, after: after))
        }
        self.steps = steps
        sessions = try SessionStory.all(records.compactMap(\.row.sessionID), log: log, asOf: position)
    }
}
