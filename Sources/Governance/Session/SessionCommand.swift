import EventLog

/// What somebody wants to happen to a session.
package enum SessionCommand: Sendable {
    case open(OpenSession)
    case close
    /// The clock says that the session's time is over.
    case expire
}

package struct OpenSession: Sendable {
    package var operatorID: String
    package var operatorName: String
    package var operatorRole: String
    package var ipAddress: String?
    package var userAgent: String?
    package var metadata: JSONObject

    package init(
        operatorID: String, operatorName: String? = nil, operatorRole: String = "soc_operator",
        ipAddress: String? = nil, userAgent: String? = nil, metadata: JSONObject = JSONObject()
    ) {
        self.operatorID = operatorID
        self.operatorName = operatorName ?? operatorID
        self.operatorRole = operatorRole
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.metadata = metadata
    }
}
