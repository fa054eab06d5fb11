import EventLog
import Synchronization

/// Counts the calls of each person and each program by the minute, where the configuration limits them
/// (golden-path 5.6: a mad agent shall not flood people).
final class CallLimiter: Sendable {
    private static let length = Interval.minutes(1)
    private static let entriesMax = 100_000

    private let windows = Mutex<[String: CountingWindow]>([:])
    private let perPerson: Int
    private let perProgram: Int

    /// 0 for no limit.
    init(perPerson: Int, perProgram: Int) {
        self.perPerson = perPerson
        self.perProgram = perProgram
    }

    /// Counts a call, unless it is one too many.
    ///
    /// - Returns: how long to wait before the next; nil where this one may go on.
    func take(_ principal: Principal, at now: Timestamp) -> Interval? {
        let limit: Int =
            switch principal.kind {
            case .person: perPerson
            case .service: perProgram
            case .local: 0
            }
        guard limit > 0 else { return nil }
        return windows.withLock { windows in
            if windows.count >= Self.entriesMax { windows.removeAll() }
            return windows[principal.actor, default: CountingWindow(Self.length, from: now)].admit(at: now, max: limit)
        }
    }
}
