import EventLog

/// What has to be known of a login to judge its tokens: a fold of its stream.
package struct LoginState: Sendable, Hashable {
    package var loginID: String
    package var username: String
    /// Nil for one that was closed and never opened here: a token that somebody else has made with our key.
    package var openedAt: Timestamp?
    package var expiresAt: Timestamp
    /// Counts the exchanges of its refresh token.
    package var generation: Int
    package var refreshedAt: Timestamp?
    package var isClosed: Bool
    /// The version of the stream that this state is a fold of.
    package var version: Int

    package init(
        loginID: String, username: String, openedAt: Timestamp?, expiresAt: Timestamp, generation: Int = 0,
        refreshedAt: Timestamp? = nil, isClosed: Bool = false, version: Int
    ) {
        self.loginID = loginID
        self.username = username
        self.openedAt = openedAt
        self.expiresAt = expiresAt
        self.generation = generation
        self.refreshedAt = refreshedAt
        self.isClosed = isClosed
        self.version = version
    }
}
