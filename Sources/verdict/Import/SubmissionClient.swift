import NIOHTTP1

/// Submits questions at a door of a server.
struct SubmissionClient: Sendable {
    /// How often one submission is tried again.
    static let retriesMax = 5

    let caller: ServerCaller
    let door: SubmissionDoor

    /// Submits one body, again after a while where the server is busy or the connection breaks: the id makes a second
    /// arrival harmless.
    ///
    /// - Throws: `ImportError.serverUnreachable`, `ImportError.callerRefused`.
    func submit(_ body: [UInt8]) async throws -> SubmissionOutcome {
        var retries = 0
        while true {
            let reply = try await attempt(body)
            switch reply {
            case .enqueued: return .enqueued
            case .alreadyThere: return .alreadyThere
            case .refused(let reason): return .failed(reason: reason)
            case .busy(let seconds, let reason):
                guard retries < Self.retriesMax else { return .failed(reason: reason) }
                retries += 1
                try await Task.sleep(for: .seconds(seconds))
            }
        }
    }

    private func attempt(_ body: [UInt8]) async throws -> SubmissionReply {
        do {
            let reply = try await caller.call(.POST, door.path, body: body)
            if reply.isCallerRefused { throw ImportError.callerRefused(caller.server, reason: reply.reason) }
            return SubmissionReply(reply, from: door)
        } catch ServerCallError.unreachable(let reason) {
            throw ImportError.serverUnreachable(caller.server, reason: reason)
        } catch ServerCallError.broken(let reason) {
            return .busy(retryAfterSeconds: 1, reason: reason)
        }
    }
}
