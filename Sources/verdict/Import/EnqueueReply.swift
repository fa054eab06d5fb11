import EventLog

/// What a server's answer to a submission means for the one who submits.
enum EnqueueReply: Sendable, Hashable {
    case enqueued
    /// Somebody has decided it already.
    case alreadyThere
    /// The server has no room at the moment.
    case busy(retryAfterSeconds: Int, reason: String)
    case refused(reason: String)

    /// Nobody waits longer than this, whatever the server asks for.
    private static let retryAfterSecondsMax = 60
    private static let reasonLengthMax = 300

    /// - Parameter retryAfter: the header's text; a date, which no server of ours sends, counts as a second.
    init(status: Int, retryAfter: String?, body: [UInt8]) {
        let detail = Self.detail(of: body)
        let reason = "status \(status)" + (detail.map { ": \($0)" } ?? "")
        switch status {
        case 200...299:
            self = .enqueued
        case 409 where detail?.hasPrefix("Decision already resolved") == true:
            self = .alreadyThere
        case 503:
            let seconds = retryAfter.flatMap { Int($0) } ?? 1
            self = .busy(retryAfterSeconds: min(max(seconds, 0), Self.retryAfterSecondsMax), reason: reason)
        default:
            self = .refused(reason: reason)
        }
    }

    private static func detail(of body: [UInt8]) -> String? {
        guard let detail = (try? JSONParser.parse(body))?["detail"] else { return nil }
        return String((detail.stringValue ?? detail.text).prefix(reasonLengthMax))
    }
}
