import EventLog

extension LoginEvent {
    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    enum RecordedType: String, CaseIterable {
        case opened = "login.opened.v1"
        case refreshed = "login.refreshed.v1"
        case closed = "login.closed.v1"
    }

    var type: RecordedType {
        switch self {
        case .opened: .opened
        case .refreshed: .refreshed
        case .closed: .closed
        }
    }

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 192)
        writer.object { writer in
            writer.member("login_id", loginID)
            writer.member("username", username)
            switch self {
            case .opened(let opened):
                writer.member("factor", opened.factor.rawValue)
                writer.member("opened_at", opened.openedAt)
                writer.member("expires_at", opened.expiresAt)
            case .refreshed(_, _, let generation, let expiresAt):
                writer.member("generation", generation)
                writer.member("expires_at", expiresAt)
            case .closed(let closed):
                writer.member("reason", closed.reason.rawValue)
                writer.member("expires_at", closed.expiresAt)
            }
        }
        return writer.bytes
    }

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        let loginID = try payload.string("login_id")
        let username = try payload.string("username")
        let expiresAt = try payload.timestamp("expires_at")
        self =
            switch type {
            case .opened:
                .opened(
                    LoginOpened(
                        loginID: loginID, username: username, factor: try payload.value("factor"),
                        openedAt: try payload.timestamp("opened_at"), expiresAt: expiresAt))
            case .refreshed:
                .refreshed(
                    loginID: loginID, username: username, generation: try payload.int("generation"),
                    expiresAt: expiresAt)
            case .closed:
                .closed(
                    LoginClosed(
                        loginID: loginID, username: username, reason: try payload.value("reason"),
                        expiresAt: expiresAt))
            }
    }
}
