/// Turns the payload of an older version of an event into that of a newer one, whenever the event is read.
///
/// The log keeps what was written: entries, hashes and exports are those of the old form for ever.
package struct Upcaster: Sendable {
    /// The type as it stands in the log, with its version: `decision.submitted.v1`.
    package let from: String
    /// The type that its payload is turned into.
    package let to: String
    /// The new payload, from the old one and the event that it belongs to: what the old form lacks may stand in the
    /// columns.
    ///
    /// Throws `PayloadError` where the old payload is not what its type promises.
    package let payload: @Sendable (_ old: JSONObject, _ event: RecordedEvent) throws -> JSONObject

    package init(
        from: String, to: String,
        payload: @escaping @Sendable (_ old: JSONObject, _ event: RecordedEvent) throws -> JSONObject
    ) {
        self.from = from
        self.to = to
        self.payload = payload
    }
}
