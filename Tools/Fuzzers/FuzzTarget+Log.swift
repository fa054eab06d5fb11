import EventLog
import Ledger

extension FuzzTarget {
    static let log = [
        FuzzTarget(name: "timestamp") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let time = Timestamp(rfc3339: text) else { return }
            try require(Timestamp(rfc3339: time.rfc3339) == time, "\(text) is written \(time.rfc3339)")
        },
        FuzzTarget(name: "as-of") { bytes in
            _ = AsOf(String(decoding: bytes, as: UTF8.self))
        },
        FuzzTarget(name: "event-id") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let id = EventID(text: text) else { return }
            try require(EventID(text: id.text) == id, "\(text) is written \(id.text)")
        },
        FuzzTarget(name: "event-metadata") { bytes in
            _ = try? EventMetadata(json: String(decoding: bytes, as: UTF8.self))
        },
        FuzzTarget(name: "hex") { bytes in
            let text = Hex.text(bytes)
            try require(text.utf8.count == 2 * bytes.count, "\(bytes.count) bytes are written \(text)")
        },
        FuzzTarget(name: "cloud-event") { bytes in
            // The stream, the type and the actor in a line each, then the payload.
            let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
            guard lines.count == 4, (try? JSONParser.parse(lines[3])) != nil else { return }
            let texts = lines.map { String(decoding: $0, as: UTF8.self) }
            let event = RecordedEvent(
                position: 1, stream: StreamName(text: texts[0]), version: 1, type: texts[1],
                id: EventID(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0000),
                recordedAt: Timestamp(microseconds: 0),
                actor: texts[2], data: Array(lines[3]), metadata: "{}")
            let entry = CloudEvent.entry(of: event) { Array($0.prefix(32)) }
            let read = try? JSONParser.parse(entry, depthMax: JSONParser.depthMax + 1)
            try require(read?["subject"]?.stringValue == texts[0], "its entry is no JSON, or has another subject")
            try require(read?["actor"]?.stringValue == texts[2], "its entry has another actor")
        },
    ]
}
