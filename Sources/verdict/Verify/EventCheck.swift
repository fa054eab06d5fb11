import EventLog
import Governance
import Identity
import Projections

/// What is wrong with one event by itself.
enum EventCheck {
    /// Each in a whole sentence, with the position.
    static func faults(of event: RecordedEvent) -> [String] {
        let committed = CommittedEvent(event)
        return reasons(event, committed).map { "\(EventStoreError.corrupt(position: event.position, $0))" }
            + (committed.problem.map { [$0] } ?? [])
    }

    /// Why an event cannot stand in its stream; nil where it can, or where nobody can say.
    static func contradiction(in event: RecordedEvent) -> String? { contradiction(event, CommittedEvent(event)) }

    private static func contradiction(_ event: RecordedEvent, _ committed: CommittedEvent) -> String? {
        guard let stream = committed.stream, stream != event.stream else { return nil }
        return "it stands in the stream \(event.stream), but speaks of \(stream)"
    }

    private static func reasons(_ event: RecordedEvent, _ committed: CommittedEvent) -> [String] {
        var reasons: [String] = []
        if !event.id.isVersion7 { reasons.append("its id \(event.id.text) is not a UUID of version 7") }
        if event.version < 1 { reasons.append("its version is \(event.version)") }
        if (try? JSONParser.parse(event.metadata))?.objectValue == nil {
            reasons.append("its metadata is no JSON object")
        }
        if let other = contradiction(event, committed) { reasons.append(other) }
        if committed.meaning == nil, committed.problem == nil { reasons.append("its type \(event.type) is unknown") }
        return reasons
    }
}

extension CommittedEvent {
    /// The stream that the event belongs to by what it says; nil where that is not known.
    fileprivate var stream: StreamName? {
        meaning?.stream
    }
}
