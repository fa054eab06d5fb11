import EventLog
import NIOCore

/// An event as the backend gives it.
struct OutboundEvent: Sendable, Equatable {
    /// The name that makes the opening event; in formats that know it, its data is dropped.
    static let readyName = "ready"
    /// The name of a refusal.
    static let rejectedName = "rejected"

    /// Empty for an event without a name.
    let name: String
    let data: String

    /// Its bytes on a stream of that variant (sse-gateway 7).
    func frame(in variant: StreamVariant) -> EventFrame {
        if name.isEmpty { return .lines(of: data, name: nil) }
        if name == Self.readyName, variant.readyEvent == .named { return .ready }
        switch variant.eventFormat {
        case .named: return .lines(of: data, name: name)
        case .envelope:
            let staysNamed = name == Self.rejectedName || variant.namedPassthrough.contains(name)
            return staysNamed ? .lines(of: data, name: name) : .lines(of: envelope, name: nil)
        }
    }

    /// Whether the name would break out of its line and forge other fields.
    static func isUsable(name: String) -> Bool {
        !name.utf8.contains { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    /// Name and data as one JSON object; checks compare its bytes, so there is no blank anywhere.
    private var envelope: String {
        var writer = JSONWriter(reservingCapacity: data.utf8.count + 64)
        writer.object { writer in
            writer.member("type", name)
            writer.key("payload")
            if data.isEmpty {
                writer.null()
            } else if (try? JSONParser.parse(data)) != nil {
                writer.raw(data)
            } else {
                writer.string(data)
            }
        }
        return writer.text
    }
}
