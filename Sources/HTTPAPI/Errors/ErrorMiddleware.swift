import EventLog
import Hummingbird
import Logging
import NIOCore

/// Turns whatever a handler throws into an answer; what nobody has foreseen is a 500 and a line in the log.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: FrontContext, next: (Request, FrontContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return error.response
        } catch let error as any HTTPResponseError {
            let detail = error.status == .notFound ? "Not Found" : error.status.reasonPhrase
            return APIError(error.status, detail: detail).response
        } catch EventStoreError.unavailable(let reason) {
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
        } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return APIError(.internalServerError, detail: "Internal Server Error").response
        }
    }
}
