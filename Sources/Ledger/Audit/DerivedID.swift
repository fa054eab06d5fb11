import Crypto
import EventLog

/// UUIDs that are made of what they name: the same thing always has the same one (RFC 9562, section 5.8, version 8).
package enum DerivedID {
    package static func uuid(of bytes: [UInt8]) -> String {
        var digest = Array(SHA256.hash(data: bytes).prefix(16))
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        // The text of an id is the same for every version.
        return EventID(bytes: digest)?.text ?? ""
    }
}
