import Crypto
import EventLog
import Transparency

extension RecordedEvent {
    /// The bytes that the log's leaf is the hash of.
    package var entry: [UInt8] {
        CloudEvent.entry(of: self) { Array(SHA256.hash(data: $0)) }
    }

    /// Where the event stands in the tree.
    package var leafIndex: Int { position - 1 }
}
