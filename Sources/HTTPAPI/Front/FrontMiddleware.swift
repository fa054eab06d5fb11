import Hummingbird

/// What every request goes through on its way to its door, and every answer on its way back.
///
/// One middleware, not one for each of these: each makes a request slower, and a connection keeps the memory that the
/// deepest of its calls has taken as long as it lives.
struct FrontMiddleware: RouterMiddleware {
    let access: AccessLog
    let cors: CORSHeaders
    let sockets: WebSocketSwitch

    func handle(
        _ request: Request, context: FrontContext, next: (Request, FrontContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        if let preflight = cors.preflight(request) {
            response = preflight
        } else {
            do {
                response =
                    try await request.endsHTTP
                    ? sockets.respond(request, context, next: next) : next(request, context)
            } catch {
                response = try .failure(error, of: request, context)
            }
            cors.mark(&response, to: request)
        }
        access.note(request, answeredBy: &response, since: start, context)
        return response
    }
}
