import EventLog

/// The answer to a call.
struct ServerReply: Sendable, Hashable {
    private static let detailLengthMax = 300

    let status: Int
    /// The text of the header.
    var retryAfter: String?
    let body: [UInt8]

    var isSuccess: Bool { (200...299).contains(status) }

    /// The body; nil where it is no JSON.
    var json: JSON? { try? JSONParser.parse(body) }

    /// What the server says about a call that failed (hitl-api 3); nil where it says nothing.
    var detail: String? {
        guard let detail = json?["detail"] else { return nil }
        return String(Self.sentence(of: detail).prefix(Self.detailLengthMax))
    }

    /// `detail` with the status before it.
    var reason: String {
        "status \(status)" + (detail.map { ": \($0)" } ?? "")
    }

    /// Whether it is the caller that the server does not want, so that every other call would fail as well.
    var isCallerRefused: Bool {
        switch status {
        case 401, 403: true
        case 400: detail == "Inactive user"
        default: false
        }
    }

    private static func sentence(of detail: JSON) -> String {
        guard let issues = detail.arrayValue else { return detail.stringValue ?? detail.text }
        return issues.map { issue in
            let place = issue["loc"]?.arrayValue?.map { $0.stringValue ?? $0.text }.joined(separator: ".")
            let message = issue["msg"]?.stringValue ?? issue.text
            return place.map { "\($0): \(message)" } ?? message
        }.joined(separator: "; ")
    }
}
