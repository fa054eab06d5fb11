import EventLog
import Projections

extension Ledger {
    /// Finds a moment in the log.
    ///
    /// - Throws: `PastError` for one that has not come, `EventStoreError`.
    package func moment(_ asOf: AsOf) async throws -> PastMoment {
        switch asOf {
        case .position(let position):
            let last = try log.lastPosition
            guard position <= last else { throw PastError.beyondEnd(last: last) }
            // Before the first event there was no clock: it is taken to have stood where that event found it.
            let event = try log.read(from: max(1, position), limit: 1).first
            return PastMoment(position: position, time: event?.recordedAt ?? time.now())
        case .time(let moment):
            let now = time.now()
            guard moment <= now else { throw PastError.inFuture(now: now) }
            await settle()
            do {
                return PastMoment(position: try await audit.read { try $0.position(at: moment) }, time: moment)
            } catch let error as AuditIndexError {
                throw PastError.unavailable("\(error)")
            }
        }
    }
}
