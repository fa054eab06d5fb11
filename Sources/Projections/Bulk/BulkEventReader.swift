import EventLog
import Foundation
import Governance

/// Prepares events for `GovernanceLoader`.
struct BulkEventReader {
    /// The events that change decisions and sessions, as the log names them.
    enum Kind: String, CaseIterable {
        case submitted = "decision.submitted.v1"
        case approved = "decision.approved.v1"
        case rejected = "decision.rejected.v1"
        case escalated = "decision.escalated.v1"
        case warned = "decision.sla_warned.v1"
        case timedOut = "decision.timed_out.v1"
        case cancelled = "decision.cancelled.v1"
        case executed = "decision.executed.v1"
        case executionFailed = "decision.execution_failed.v1"
        case opened = "session.opened.v1"
        case closed = "session.closed.v1"
    }

    private static let kinds = WordTable(Kind.self)
    var scanner = PayloadScanner()
    var days = DayCache()
    var bytes: [UInt8] = []
    /// Where the bytes of the event begin that is being read.
    var base = 0
    var others: [CommittedEvent] = []

    /// The next events of the log from that position on.
    static func chunk(_ log: any EventStore, from position: Position, limit: Int) throws -> GovernanceChunk? {
        var reader = BulkEventReader()
        reader.bytes.reserveCapacity(limit * 640)
        var chunk = GovernanceChunk()
        chunk.records.reserveCapacity(limit)
        try log.scan(from: position, limit: limit) { event in
            chunk.records.append(reader.read(event))
        }
        guard let last = chunk.records.last else { return nil }
        chunk.bytes = reader.bytes
        chunk.others = reader.others
        chunk.checkpoint = Checkpoint(position: last.position, eventID: last.id)
        return chunk
    }

    private mutating func read(_ event: LentEvent) -> BulkRecord {
        base = bytes.count
        var meaning = fast(event)
        if meaning == nil {
            bytes.removeLast(bytes.count - base)
            meaning = slow(event)
        }
        var key: BulkRecord.Key?
        do {
            key = try self.key(event)
        } catch {
            meaning = .odd
        }
        return BulkRecord(
            position: event.position, version: event.version, recordedAt: event.recordedAt.microseconds, id: event.id,
            bytes: base..<bytes.count, key: key, event: meaning ?? .odd)
    }

    // MARK: What our own writers write

    /// Nil for what is left to the slow way.
    private mutating func fast(_ event: LentEvent) -> BulkEvent? {
        guard let kind = Self.kinds.find(event.type) else { return nil }
        return fast(event, kind)
    }

    /// The same for an event of a known kind.
    mutating func fast(_ event: LentEvent, _ kind: Kind) -> BulkEvent? {
        bytes.append(contentsOf: event.data)
        scanner.begin(event.data)
        let meaning =
            switch kind {
            case .submitted: submitted(event)
            case .approved: answered(isApproval: true)
            case .rejected: answered(isApproval: false)
            case .escalated: escalated(event)
            case .warned: notice().map { BulkEvent.warned($0) }
            case .timedOut: notice().map { BulkEvent.timedOut($0) }
            case .cancelled: cancelled(event)
            case .executed: executed()
            case .executionFailed: executionFailed()
            case .opened: opened(event)
            case .closed: closed()
            }
        return scanner.isAtEnd ? meaning : nil
    }

    // MARK: Members

    mutating func plain() -> Slice { scanner.plainString(base, &bytes) }

    mutating func whole() -> Slice { scanner.string(base, &bytes) }

    mutating func time() -> Int64 { scanner.time(&days) }

    mutating func decision() -> BulkEvent.Subject {
        scanner.expect(#"{"decision_id":"#)
        return subject()
    }

    mutating func subject() -> BulkEvent.Subject {
        let id = plain()
        return subject(id)
    }

    func subject(_ id: Slice) -> BulkEvent.Subject { BulkEvent.Subject(id: id, hash: hash(id)) }

    func hash(_ text: Slice) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            let begin = base + Int(text.start)
            return ByteHash.of(UnsafeBufferPointer(rebasing: bytes[begin..<begin + Int(text.count)]))
        }
    }

    /// Whether the event is the first one of the stream that its subject has for itself.
    func isFirst(_ event: LentEvent, _ category: StaticString, _ id: Slice) -> Bool {
        let size = category.utf8CodeUnitCount
        guard event.version == 1, event.stream.count == size + Int(id.count), let stream = event.stream.baseAddress
        else {
            return false
        }
        return memcmp(stream, category.utf8Start, size) == 0
            && event.stream[size...].elementsEqual(bytes[base + Int(id.start)..<base + Int(id.start) + Int(id.count)])
    }
}
