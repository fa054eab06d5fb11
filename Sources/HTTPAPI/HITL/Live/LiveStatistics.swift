/// What `GET /api/ws/stats` shows (hitl-api 9.3).
struct LiveStatistics: Sendable, Equatable {
    /// Connections ever opened.
    var totalConnections = 0
    /// Alerts and heartbeats, counted for every connection that they were sent to.
    var totalAlertsSent = 0
    var totalDisconnects = 0
    var currentConnections = 0
    var currentUsers = 0
}
