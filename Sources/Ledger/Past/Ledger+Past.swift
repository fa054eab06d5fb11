import EventLog

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
            return PastMoment(position: try lastPosition(at: moment), time: moment)
        }
    }

    private func lastPosition(at moment: Timestamp) throws -> Position {
        var found = 0
        var latest = Timestamp(microseconds: .min)
        var next = 1
        while true {
            let events = try log.read(from: next, limit: 1000)
            guard let last = events.last else { return found }
            for event in events where event.recordedAt <= moment && event.recordedAt >= latest {
                found = event.position
                latest = event.recordedAt
            }
            next = last.position + 1
        }
    }
}
