import EventLog
import Hummingbird
import Logging
import NIOCore

extension Response {
    /// The answer that comes of whatever a handler has thrown; what nobody has foreseen is a 500 and a line in the log.
    ///
    /// - Throws: the error, where nobody waits for an answer any more.
    static func failure(_ error: any Error, of request: Request, _ context: FrontContext) throws -> Response {
        do {
            throw error
        } catch let error as APIError {
            return error.response
        } catch let error as any HTTPResponseError {
            let detail = error.status == .notFound ? "Not Found" : error.status.reasonPhrase
            return APIError(error.status, detail: detail).response
        } catch EventStoreError.unavailable(let reason), EventStoreError.malformed(let reason) {
            context.logger.error(
                "a request cannot be served now", metadata: ["path": "\(request.uri.path)", "error": "\(reason)"])
            let advice =
                request.method == .get || request.method == .head
                ? "try again"
                : "and whether anything was changed is not certain; the same request with the same Idempotency-Key finds out"
            return APIError(
                .serviceUnavailable, detail: "The record cannot be read now, \(advice): \(reason)",
                headers: [.retryAfter: "2"]
            ).response
        } catch EventStoreError.corrupt(let position, let reason) {
            let sentence = "The event at position \(position) is damaged: \(reason)"
            context.logger.error(
                "a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(sentence)"])
            return APIError(.internalServerError, detail: "\(sentence). `verdict verify` says more").response
        } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return APIError(.internalServerError, detail: "Internal Server Error").response
        }
    }
}
