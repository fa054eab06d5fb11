import EventLog

extension SessionEvent {
    /// The names in the log. A changed payload is a new version, never another meaning of an old one.
    enum RecordedType: String, CaseIterable {
        case opened = "session.opened.v1"
        case closed = "session.closed.v1"
    }

    var type: RecordedType {
        switch self {
        case .opened: .opened
        case .closed: .closed
        }
    }

    var data: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 384)
        writer.object { writer in
            writer.member("session_id", sessionID)
            switch self {
            case .opened(let opened):
                writer.member("operator_id", opened.operatorID)
                writer.member("operator_name", opened.operatorName)
                writer.member("operator_role", opened.operatorRole)
                writer.member("created_at", opened.createdAt)
                writer.member("expires_at", opened.expiresAt)
                writer.member("ip_address", opened.ipAddress)
                writer.member("user_agent", opened.userAgent)
                writer.member("metadata", .object(opened.metadata))
            case .closed(_, let operatorID, let reason):
                writer.member("operator_id", operatorID)
                writer.member("reason", reason.rawValue)
            }
        }
        return writer.bytes
    }

    init(_ type: RecordedType, _ payload: PayloadReader) throws {
        self =
            switch type {
            case .opened:
                .opened(
                    SessionOpened(
                        sessionID: try payload.string("session_id"), operatorID: try payload.string("operator_id"),
                        operatorName: try payload.string("operator_name"),
                        operatorRole: try payload.string("operator_role"),
                        createdAt: try payload.timestamp("created_at"),
                        expiresAt: try payload.timestamp("expires_at"),
                        ipAddress: try payload.optionalString("ip_address"),
                        userAgent: try payload.optionalString("user_agent"), metadata: try payload.object("metadata")))
            case .closed:
                .closed(
                    sessionID: try payload.string("session_id"), operatorID: try payload.string("operator_id"),
                    reason: try payload.value("reason"))
            }
    }
}
