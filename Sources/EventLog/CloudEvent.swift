/// The entry of an event: its CloudEvents 1.0 form in JSON, made from the columns by one deterministic function.
///
/// It is what leaves the house as the event itself and what a hash is made of, so its bytes never change for a stored event: the order of members is
/// fixed, there are no spaces, the payload is copied verbatim. Golden tests pin it.
package enum CloudEvent {
    /// A tile of a transparency log gives an entry 16 bits of length.
    package static let entrySizeBytesMax = 65_535
    /// A larger payload is represented by its SHA-256, and stays in the log as it is.
    package static let dataSizeBytesMax = 48 * 1024

    /// - Parameter sha256: hashes a payload that is too large to stand in the entry.
    package static func entry(of event: RecordedEvent, sha256: ([UInt8]) -> [UInt8]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512 + min(event.data.count, dataSizeBytesMax))
        writer.object { writer in
            writer.member("specversion", "1.0")
            writer.member("id", event.id.text)
            writer.member("source", "/verdict")
            writer.member("type", event.type)
            writer.member("subject", event.stream.text)
            writer.member("time", event.recordedAt)
            writer.member("datacontenttype", "application/json")
            writer.member("position", event.position)
            writer.member("streamversion", event.version)
            writer.member("actor", event.actor)
            writer.members(of: event.metadata)
            if event.data.count > dataSizeBytesMax {
                writer.member("datasha256", Hex.text(sha256(event.data)))
            } else {
                writer.key("data")
                writer.raw(event.data)
            }
        }
        return writer.bytes
    }
}

extension JSONWriter {
    /// Copies the members of a compact JSON object into the one that is being written.
    fileprivate mutating func members(of object: String) {
        var object = object
        object.withUTF8 { utf8 in
            let inside = UnsafeBufferPointer(rebasing: utf8.dropFirst().dropLast())
            if !inside.isEmpty { raw(inside) }
        }
    }
}
