import EventLog
import NIOCore

/// The frames of a stream that belong to the connection and not to the log.
struct OperatorStream: Sendable {
    let operatorID: String
    let sessionID: String
    let dialect: Dialect

    static let keepAlive = ByteBuffer(string: ": keep-alive\n\n")

    var greeting: ByteBuffer {
        var buffer = ByteBuffer()
        EventFrames(dialect: dialect).frame(id: "conn_\(sessionID)", "connected", to: &buffer) { writer in
            writer.member("message", "Connected to Governance SSE Stream")
            writer.member("operator_id", operatorID)
            writer.member("session_id", sessionID)
        }
        return buffer
    }

    /// What a client is told that has seen more than the log holds. The id stands for the begin of the backlog that
    /// follows.
    func lostEvents(_ sentence: String, at moment: Timestamp, position: Position) -> ByteBuffer {
        var buffer = ByteBuffer()
        let id = "sys_\(moment.epochSecondsText)_\(position)~\(BacklogPlace.start.text)"
        EventFrames(dialect: dialect).frame(id: id, "system_message", to: &buffer) { writer in
            writer.member("message", sentence)
            writer.member("severity", "critical")
        }
        return buffer
    }

    /// - Parameter position: up to where the client has everything; it stands in the id.
    static func heartbeat(
        at moment: Timestamp, position: Position, activeConnections: Int, in dialect: Dialect
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        let id = "hb_\(moment.epochSecondsText)_\(position)"
        EventFrames(dialect: dialect).frame(id: id, "heartbeat", to: &buffer) { writer in
            writer.member("message", "heartbeat")
            writer.member("active_connections", activeConnections)
        }
        return buffer
    }
}
