import EventLog

/// What happened to an operator's session.
package enum SessionEvent: Sendable, Hashable {
    case opened(SessionOpened)
    case closed(sessionID: String, operatorID: String, reason: SessionCloseReason)

    package var sessionID: String {
        switch self {
        case .opened(let opened): opened.sessionID
        case .closed(let sessionID, _, _): sessionID
        }
    }
}

package struct SessionOpened: Sendable, Hashable {
    package var sessionID: String
    package var operatorID: String
    package var operatorName: String
    package var operatorRole: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var ipAddress: String?
    package var userAgent: String?
    package var metadata: JSONObject
}

package enum SessionCloseReason: String, Sendable, CaseIterable {
    case expired
    /// The operator closed it.
    case ended
}
