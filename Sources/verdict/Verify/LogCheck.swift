import Dispatch
import EventLog
import Foundation
import SQLiteEventStore
import Synchronization

/// Reads a whole log: every event is there, can be read, and is what its type promises; positions and versions have no gaps,
/// and no id stands twice.
struct LogCheck {
    /// Events that are read at once.
    private static let batch = 4000
    private static let placesBatch = 20_000

    let log: LogReader
    /// Hears how many events were read, of how many.
    let progress: (_ done: Int, _ of: Int) -> Void

    private var report = PartReport()
    private var ids = IDCheck()
    private var missing = PositionRanges()
    private var unreadable = PositionRanges()
    private var reasons: Set<String> = []
    private var faults: [String] = []

    init(_ log: LogReader, progress: @escaping (Int, Int) -> Void) {
        self.log = log
        self.progress = progress
    }

    mutating func run() -> PartReport {
        let last: Position
        do {
            last = try log.lastPosition
        } catch {
            report.findings.append("the events cannot be read: \(error)")
            return report
        }
        checkEvents(to: last)
        report.add(missing.sentences.map { "\($0): missing" })
        let reason = reasons.sorted().joined(separator: "; ")
        report.add(unreadable.sentences.map { "\($0): cannot be read: \(reason)" })
        report.add(faults)
        report.add(ids.findings())
        checkVersions(to: last)
        if report.findings.isEmpty {
            report.confirmed.append("\(last) events, without a gap, each as its type promises")
        }
        return report
    }

    // MARK: Events

    private mutating func checkEvents(to last: Position) {
        var next = 1
        while next <= last {
            let end = min(next + Self.batch - 1, last)
            do {
                check(try log.read(from: next, limit: end - next + 1).filter { $0.position <= end }, next...end)
            } catch {
                checkOneByOne(next...end)
            }
            next = end + 1
            progress(end, last)
        }
    }

    /// Something in this range cannot be read: all but that is checked.
    private mutating func checkOneByOne(_ range: ClosedRange<Position>) {
        for position in range {
            do {
                check(try log.read(from: position, limit: 1).filter { $0.position == position }, position...position)
            } catch EventStoreError.corrupt(let place, let reason) where place == position {
                faults.append("\(EventStoreError.corrupt(position: place, reason))")
            } catch EventStoreError.corrupt {
                // This one is missing; the next one is damaged.
                missing.append(position)
            } catch {
                unreadable.append(position)
                reasons.insert("\(error)")
            }
        }
    }

    private mutating func check(_ events: [RecordedEvent], _ range: ClosedRange<Position>) {
        var next = range.lowerBound
        for event in events {
            if event.position > next { missing.append(next...event.position - 1) }
            next = event.position + 1
            ids.append(event)
        }
        if next <= range.upperBound { missing.append(next...range.upperBound) }
        faults += Self.faults(of: events)
    }

    /// Decoding takes most of the time, so all processors do it.
    private static func faults(of events: [RecordedEvent]) -> [String] {
        let parts = max(1, min(ProcessInfo.processInfo.activeProcessorCount, events.count / 100))
        let found = Mutex<[Int: [String]]>([:])
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let slice = events[events.count * part / parts..<events.count * (part + 1) / parts]
            let faults = slice.flatMap { EventCheck.faults(of: $0) }
            if !faults.isEmpty { found.withLock { $0[part] = faults } }
        }
        let byPart = found.withLock { $0 }
        return byPart.keys.sorted().flatMap { byPart[$0] ?? [] }
    }

    // MARK: Versions

    /// Goes through the streams in the order of their index: each begins with version 1, and none is left out.
    private mutating func checkVersions(to last: Position) {
        var findings: [String] = []
        var place: LogReader.Place?
        do {
            while true {
                let places = try log.places(after: place, limit: Self.placesBatch)
                guard !places.isEmpty else { break }
                for next in places {
                    findings += Self.faults(of: next, after: place)
                    place = next
                }
            }
        } catch {
            let behind = place.map { "behind the stream \($0.stream)" } ?? "at its beginning"
            findings.append("the index of the streams cannot be read \(behind): \(error)")
        }
        report.add(findings)
    }

    private static func faults(of next: LogReader.Place, after place: LogReader.Place?) -> [String] {
        let isSameStream = place?.stream == next.stream
        let expected = isSameStream ? (place?.version ?? 0) + 1 : 1
        guard next.version == expected else {
            return [
                """
                the stream \(next.stream): the event \(next.position) has the version \(next.version), where \(expected) comes \
                next
                """
            ]
        }
        guard !isSameStream || (place?.position ?? 0) < next.position else {
            return ["the stream \(next.stream): the event \(next.position) stands before its predecessor"]
        }
        return []
    }
}
