/// The limits of the live feed.
package struct LiveConfiguration: Sendable {
    /// Whether a connection without a token passes as whoever its path names (hitl-api 10.1). For development only:
    /// the known sample client has no token.
    package var admitsAnonymousSockets = false
    /// Open connections of one user (golden-path 5.6).
    package var connectionsPerUserMax = 10
    /// Messages of one user over all connections (golden-path 5.6).
    package var messagesPerMinuteMax = 1000
    /// So many errors in a row end the connection (golden-path 5.6).
    package var consecutiveErrorsMax = 5

    package init() {}
}
