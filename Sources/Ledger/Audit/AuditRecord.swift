import EventLog
import Governance
import Projections

/// An entry of the audit with what the log says about it.
package struct AuditRecord: Sendable {
    package let row: AuditRow
    package let event: CommittedEvent
    /// How the decision was submitted; nil for what is about none.
    package let submitted: DecisionSubmitted?
    /// Of an execution: the approval that it follows.
    package let approval: OperatorVerdict?

    /// The same for the same entry, for ever.
    package var entryID: String {
        DerivedID.uuid(of: event.recorded.id.bytes + [UInt8(row.place.part)])
    }

    /// What the log says about these entries, in their order.
    ///
    /// - Throws: `EventStoreError`.
    package static func all(_ rows: [AuditRow], from log: any EventStore) throws -> [AuditRecord] {
        let positions = rows.flatMap { [$0.position, $0.subject, $0.approvedPosition].compactMap(\.self) }
        let events = try log.read(positions: positions).mapValues { CommittedEvent($0) }
        return try rows.map { row in
            guard let event = events[row.position] else {
                throw EventStoreError.corrupt(position: row.position, "the audit index has it, the log has not")
            }
            return AuditRecord(
                row: row, event: event, submitted: row.subject.flatMap { events[$0]?.submitted },
                approval: row.approvedPosition.flatMap { events[$0]?.approval })
        }
    }
}

extension CommittedEvent {
    fileprivate var submitted: DecisionSubmitted? {
        if case .decision(.submitted(let submitted)) = governance { submitted } else { nil }
    }

    fileprivate var approval: OperatorVerdict? {
        if case .decision(.approved(let verdict)) = governance { verdict } else { nil }
    }
}
