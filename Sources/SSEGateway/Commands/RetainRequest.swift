import EventLog
import NIOCore

/// The body of `POST /internal/retain`, an extension of ours: a backend says which streams it knows, so that the others
/// end.
struct RetainRequest: Sendable {
    let tokens: [String]
    /// Streams that were asked for later than so long ago are left alone: the backend may have admitted one while this
    /// command was on its way.
    let age: TimeAmount

    init(_ body: JSON) throws(GatewayError) {
        tokens = try [String](tokensOf: body)
        guard let value = body["older_than_ms"] else {
            age = .zero
            return
        }
        guard let milliseconds = value.numberValue?.int, (0...Self.ageMillisecondsMax).contains(milliseconds) else {
            throw .ageType
        }
        age = .milliseconds(Int64(milliseconds))
    }

    /// A day.
    private static let ageMillisecondsMax = 86_400_000
}
