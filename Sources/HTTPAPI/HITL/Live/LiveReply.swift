import EventLog

/// What the server says on the live feed (hitl-api 10.2), as frames.
enum LiveReply {
    static func connected(at now: Timestamp) -> WebSocketServerFrame {
        frame("connection") { writer in
            writer.member("status", "connected")
            writer.member("message", "Connected to HITL Console real-time feed")
            writer.member("timestamp", now)
        }
    }

    static func heartbeat(at now: Timestamp) -> WebSocketServerFrame {
        frame("heartbeat") { $0.member("timestamp", now) }
    }

    static func pong(at now: Timestamp) -> WebSocketServerFrame {
        frame("pong") { $0.member("timestamp", now) }
    }

    static func subscribed(_ types: Set<AlertType>) -> WebSocketServerFrame {
        frame("subscribed") { $0.member("alert_types", names(types)) }
    }

    static func unsubscribed(_ types: Set<AlertType>) -> WebSocketServerFrame {
        frame("unsubscribed") { $0.member("alert_types", names(types)) }
    }

    /// The token was replaced (golden-path 5.1).
    static func refreshed(until expiry: Timestamp?) -> WebSocketServerFrame {
        frame("token_refreshed") { writer in
            writer.object("data") { $0.member("expires_at", expiry) }
        }
    }

    /// The token was not replaced, the old one stays in force (golden-path 5.1 and 5.4).
    static func notRefreshed(_ reason: String) -> WebSocketServerFrame {
        frame("token_refresh_failed") { writer in
            writer.object("data") { writer in
                writer.member("error", reason)
                writer.member("action", "login")
            }
        }
    }

    /// - Parameter details: writes the members of the details; nil where there are none.
    static func error(
        _ code: LiveErrorCode, _ message: String, at now: Timestamp, details: ((inout JSONWriter) -> Void)? = nil
    ) -> WebSocketServerFrame {
        frame("error") { writer in
            writer.member("error_code", code.rawValue)
            writer.member("error_message", message)
            writer.member("message", message)
            if let details { writer.object("details", details) }
            writer.member("timestamp", now)
        }
    }

    static func frame(_ type: String, _ members: (inout JSONWriter) -> Void) -> WebSocketServerFrame {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writer.member("type", type)
            members(&writer)
        }
        return .text(writer.bytes)
    }

    private static func names(_ types: Set<AlertType>) -> JSON {
        .array(AlertType.allCases.filter(types.contains).map { .string($0.rawValue) })
    }
}
