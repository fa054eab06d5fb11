import Foundation
import NIOHTTP1

/// Asks a server for the answers of people.
struct AnswerClient: Sendable {
    let caller: ServerCaller

    /// Asks once. The server may take `waitSeconds` over it, so that an answer is heard of when it comes; one that does not
    /// know that parameter says at once how things stand.
    ///
    /// - Throws: `ImportError.callerRefused`.
    func answer(to analysisID: String, waitSeconds: Int) async throws -> AnswerReply {
        let segment = analysisID.addingPercentEncoding(withAllowedCharacters: .pathSegment) ?? analysisID
        let query = waitSeconds > 0 ? "?wait=\(waitSeconds)" : ""
        do {
            let reply = try await caller.call(
                .GET, "/api/decisions/\(segment)/response\(query)",
                timeoutSeconds: Int64(waitSeconds) + ServerCaller.timeoutSeconds)
            if reply.isCallerRefused { throw ImportError.callerRefused(caller.server, reason: reply.reason) }
            return AnswerReply(reply)
        } catch ServerCallError.unreachable(let reason), ServerCallError.broken(let reason) {
            return .trouble(reason: reason)
        }
    }
}
