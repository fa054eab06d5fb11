/// The upcasters of a domain: each turns one version into the next, so that an event of any age is decoded as one of
/// today.
package struct UpcasterChain: Sendable, ExpressibleByArrayLiteral {
    package let upcasters: [Upcaster]
    private let byType: [String: Upcaster]

    /// Of two upcasters from one type the first counts.
    package init(_ upcasters: [Upcaster]) {
        self.upcasters = upcasters
        byType = Dictionary(upcasters.map { ($0.from, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package init(arrayLiteral elements: Upcaster...) {
        self.init(elements)
    }

    /// The event in the newest form that the chain leads to. Costs one look-up where the event is of today.
    ///
    /// - Throws: `JSONError` and `PayloadError` where an old payload is not what its type promises.
    package func newestForm(of event: RecordedEvent) throws -> EventForm {
        guard var upcaster = byType[event.type] else { return EventForm(type: event.type, payload: .bytes(event.data)) }
        var payload = try PayloadReader(event.data).object
        var type = event.type
        // A chain that leads back to where it began is a mistake in the program, and must not become an endless loop.
        for _ in upcasters {
            payload = try upcaster.payload(payload, event)
            type = upcaster.to
            guard let next = byType[type] else { break }
            upcaster = next
        }
        return EventForm(type: type, payload: .object(payload))
    }
}

/// Type and payload of an event, as it is decoded.
package struct EventForm: Sendable {
    package let type: String
    private let payload: Payload

    fileprivate enum Payload {
        /// As it stands in the log; parsed only by a domain that knows the type.
        case bytes([UInt8])
        case object(JSONObject)
    }

    fileprivate init(type: String, payload: Payload) {
        self.type = type
        self.payload = payload
    }

    /// - Throws: `JSONError` and `PayloadError` where the payload is no JSON object.
    package func reader() throws -> PayloadReader {
        switch payload {
        case .bytes(let bytes): try PayloadReader(bytes)
        case .object(let object): PayloadReader(object)
        }
    }
}
