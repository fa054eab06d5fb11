/// What is known of the circumstances of an event, beside what happened.
///
/// The names on disk follow CloudEvents' rule for attributes (lower-case letters and digits), so that they can stand
/// in the entry of the event as they are.
package struct EventMetadata: Sendable, Hashable {
    /// The request that led to the event.
    package var correlationID: String?
    /// The event that led to this one, by id.
    package var causationID: String?
    package var sessionID: String?
    /// The caller's `Idempotency-Key`.
    package var idempotencyKey: String?
    /// SHA-256 of the request that carried the key, in hexadecimal.
    package var requestHash: String?
    /// W3C Trace Context.
    package var traceparent: String?
    package var sourceAddress: String?

    package init() {}

    /// A JSON object without spaces, members in a fixed order, absent ones left out.
    package var json: String {
        var writer = JSONWriter(reservingCapacity: 192)
        writer.object { writer in
            writer.memberIfPresent("correlationid", correlationID)
            writer.memberIfPresent("causationid", causationID)
            writer.memberIfPresent("sessionid", sessionID)
            writer.memberIfPresent("idempotencykey", idempotencyKey)
            writer.memberIfPresent("requesthash", requestHash)
            writer.memberIfPresent("traceparent", traceparent)
            writer.memberIfPresent("sourceaddress", sourceAddress)
        }
        return writer.text
    }

    package init(json: String) throws(JSONError) {
        let object = try JSONParser.parse(json)
        correlationID = object["correlationid"]?.stringValue
        causationID = object["causationid"]?.stringValue
        sessionID = object["sessionid"]?.stringValue
        idempotencyKey = object["idempotencykey"]?.stringValue
        requestHash = object["requesthash"]?.stringValue
        traceparent = object["traceparent"]?.stringValue
        sourceAddress = object["sourceaddress"]?.stringValue
    }
}
