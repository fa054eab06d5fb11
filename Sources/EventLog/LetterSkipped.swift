/// That an event which some projections could not take may stay out of them.
package struct LetterSkipped: Sendable, Hashable {
    /// Of that event.
    package var position: Position
    /// The projections that could not take it, by name.
    package var projections: [String]
    package var reason: String
    /// Who has said so: `user:admin`.
    package var skippedBy: String

    package init(position: Position, projections: [String], reason: String, skippedBy: String) {
        self.position = position
        self.projections = projections
        self.reason = reason
        self.skippedBy = skippedBy
    }

    func write(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.array("projections") { writer in
            for projection in projections { writer.string(projection) }
        }
        writer.member("reason", reason)
        writer.member("skipped_by", skippedBy)
    }

    init(_ payload: PayloadReader) throws {
        self.init(
            position: try payload.int("position"), projections: try payload.strings("projections"),
            reason: try payload.string("reason"), skippedBy: try payload.string("skipped_by"))
    }
}
