import EventLog
import Foundation

/// A line of a corpus, with the event that it is the entry of.
struct CorpusEntry: Sendable {
    struct Unreadable: Error {
        let line: String
    }

    /// Members of an entry that stand in columns of their own; between `actor` and `data` lies the metadata.
    private static let columns: Set = [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position", "streamversion",
        "actor",
        "data",
    ]

    /// The bytes of the line.
    let bytes: [UInt8]
    let stream: StreamName
    let event: NewEvent

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let json = try JSONParser.parse(bytes)
        guard let object = json.objectValue, let id = json["id"]?.stringValue.flatMap({ UUID(uuidString: $0) }),
            let eventID = EventID(bytes: withUnsafeBytes(of: id.uuid) { Array($0) }),
            let type = json["type"]?.stringValue, let subject = json["subject"]?.stringValue,
            let time = json["time"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let actor = json["actor"]?.stringValue, let data = json["data"]
        else { throw Unreadable(line: String(decoding: bytes, as: UTF8.self)) }
        let metadata = JSONObject(object.members.filter { !Self.columns.contains($0.key) })
        stream = StreamName(text: subject)
        event = NewEvent(
            id: eventID, type: type, recordedAt: time, actor: actor, data: data.bytes,
            metadata: try EventMetadata(json: JSON.object(metadata).text))
    }
}
