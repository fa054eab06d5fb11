import EventLog

/// An operator's session: a fold of its stream.
package struct SessionState: Sendable, Hashable {
    package var sessionID: String
    package var operatorID: String
    package var operatorRole: String
    package var expiresAt: Timestamp
    package var isClosed: Bool
    /// The version of the stream that this state is a fold of.
    package var version: Int

    package init(
        sessionID: String, operatorID: String, operatorRole: String, expiresAt: Timestamp, isClosed: Bool, version: Int
    ) {
        self.sessionID = sessionID
        self.operatorID = operatorID
        self.operatorRole = operatorRole
        self.expiresAt = expiresAt
        self.isClosed = isClosed
        self.version = version
    }

    package func isValid(at now: Timestamp) -> Bool {
        !isClosed && now < expiresAt
    }
}
