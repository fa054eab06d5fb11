import EventLog
import Governance
import Hummingbird
import Ledger
import NIOCore
import Projections

extension GovernanceDoor {
    /// One decision until it is decided (governance-api 8.5).
    @Sendable func watch(_ request: Request, _ context: FrontContext) async throws -> Response {
        let decisionID = try context.pathParameter("decision_id")
        return Response.eventStream(on: context.channel) {
            hub.subscribe(.watch(decisionID: decisionID), by: context.principal, channel: context.channel)
        } _: { subscription, writer in
            let end = context.channel.eventLoop.scheduleTask(
                in: .microseconds(configuration.watchDuration.microseconds)
            ) { subscription.finish() }
            defer { end.cancel() }
            try await watch(decisionID, subscription, &writer)
        }
    }

    private func watch(
        _ decisionID: String, _ subscription: StreamHub.Subscription, _ writer: inout any ResponseBodyWriter
    ) async throws {
        let frames = WatchFrames(decisionID: decisionID, time: ledger.time)
        guard var shown = try await ledger.views.readBriefly({ try $0.decision(decisionID) }) else {
            return try await writer.write(frames.notFound)
        }
        try await writer.write(frames.status(shown))
        if !shown.isQueued, shown.status != .pending { return try await writer.write(frames.resolved(shown)) }
        for await item in subscription.items {
            defer { subscription.isDone(with: item) }
            switch item {
            case .events:
                guard let row = try await ledger.views.readBriefly({ try $0.decision(decisionID) }) else { continue }
                if row.status != shown.status {
                    try await writer.write(frames.change(of: row, from: shown.status))
                }
                shown = row
                if !row.isQueued, row.status != .pending { return try await writer.write(frames.resolved(row)) }
            case .heartbeat(let moment, _):
                try await writer.write(frames.heartbeat(at: moment))
            case .keepAlive:
                try await writer.write(OperatorStream.keepAlive)
            }
        }
    }
}

/// The frames of a watch.
private struct WatchFrames {
    let decisionID: String
    let time: any TimeSource

    private func frame(
        _ prefix: String, _ name: String, at moment: Timestamp? = nil, _ members: (inout JSONWriter) -> Void
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        let id = "\(prefix)_\((moment ?? time.now()).epochSecondsText)"
        EventFrames(dialect: .canonical).frame(id: id, name, to: &buffer) { writer in
            members(&writer)
        }
        return buffer
    }

    func status(_ row: DecisionRow) -> ByteBuffer {
        frame("status", "decision_status") { writer in
            writer.member("decision_id", decisionID)
            writer.member("status", row.status.rawValue)
            writer.member("risk_level", row.riskLevel.rawValue)
            writer.member("created_at", row.createdAt)
        }
    }

    func change(of row: DecisionRow, from previous: DecisionStatus) -> ByteBuffer {
        frame("status", "decision_status") { writer in
            writer.member("decision_id", decisionID)
            writer.member("status", row.status.rawValue)
            writer.member("previous_status", previous.rawValue)
        }
    }

    func resolved(_ row: DecisionRow) -> ByteBuffer {
        frame("resolved", "decision_resolved") { writer in
            writer.member("decision_id", decisionID)
            writer.member("status", row.status.rawValue)
            writer.member("resolved_at", row.resolvedAt)
            writer.member("resolved_by", row.resolvedBy)
        }
    }

    func heartbeat(at moment: Timestamp) -> ByteBuffer {
        frame("heartbeat", "heartbeat", at: moment) { writer in
            writer.member("decision_id", decisionID)
            writer.member("watching", true)
        }
    }

    var notFound: ByteBuffer {
        frame("error", "error") { writer in
            writer.member("error", "Decision not found")
            writer.member("decision_id", decisionID)
            writer.member("message", "Decision \(decisionID) not found")
        }
    }
}
