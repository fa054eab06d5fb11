import EventLog
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import Projections

/// The door for whoever looks after the server: how the read models do, and making them anew. For administrators alone, also
/// where other doors are open to everybody.
struct AdminDoor: Sendable {
    let ledger: Ledger
    let authenticator: Authenticator
    let bodySizeBytesMax: Int

    static let base = "/api/v1/admin/projections"
    static let letters = "\(base)/dead-letters"

    var routes: [Route] {
        [
            route(.get, Self.base, projections),
            route(.post, "\(Self.base)/rebuild", rebuild),
            route(.get, Self.letters, deadLetters),
            route(.post, "\(Self.letters)/:position/retry", retry),
            route(.post, "\(Self.letters)/:position/skip", skip),
        ]
    }

    typealias Handler = @Sendable (Request, FrontContext, Principal) async throws -> Response

    func route(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) -> Route {
        Route(method: method, path: path) { request, context in
            let principal = try await authenticator.principal(of: request)
            guard principal.may(.administer) else {
                let refused = AccessEvent.permissionRefused(
                    username: principal.name, operation: "\(method.rawValue) \(path)")
                await authenticator.recorder.record(refused, origin(context))
                throw APIError.administratorRequired
            }
            return try await handler(request, context, principal)
        }
    }

    func origin(_ context: FrontContext) -> Origin {
        Origin(requestID: context.id, sourceAddress: context.remoteAddress)
    }

    // MARK: Read models

    @Sendable private func projections(
        _ request: Request, _ context: FrontContext, _ principal: Principal
    ) async throws -> Response {
        let last = try ledger.log.lastPosition
        let letters = try await ledger.deadLetterCounts()
        return Response.object { writer in
            writer.member("log_position", last)
            writer.array("projections") { writer in
                for status in ledger.projections {
                    writer.object { writer in
                        status.write(to: &writer, logPosition: last, deadLetters: letters[status.name] ?? [:])
                    }
                }
            }
        }
    }

    @Sendable private func rebuild(
        _ request: Request, _ context: FrontContext, _ principal: Principal
    ) async throws -> Response {
        let name = request.query("projection") ?? ViewsModel.views.name
        guard let model = ViewsModel.all.first(where: { $0.name == name }) else {
            throw APIError([
                .notOneOf(ViewsModel.all.map(\.name), ["query", "projection"], input: .string(name))
            ])
        }
        do throws(RebuildRefusal) {
            try ledger.startRebuild(of: model)
        } catch {
            throw APIError(error, model)
        }
        return Response.object(.accepted, headers: [.location: Self.base]) { writer in
            writer.member("status", ViewsStatus.Phase.rebuilding.rawValue)
            writer.member("projection", model.name)
            writer.member("look_at", Self.base)
        }
    }
}

extension APIError {
    fileprivate init(_ refusal: RebuildRefusal, _ model: ViewsModel) {
        switch refusal {
        case .alreadyRunning:
            self.init(
                .conflict, detail: "A rebuild of \(model.name) runs already: GET \(AdminDoor.base) says how far it is")
        case .starting:
            self.init(
                .conflict,
                detail: "\(model.name) is being built for the first time: GET \(AdminDoor.base) says how far it is")
        case .closing:
            self.init(.serviceUnavailable, detail: "The server is being stopped", headers: [.retryAfter: "1"])
        }
    }
}

extension ViewsStatus {
    func write(to writer: inout JSONWriter, logPosition: Position, deadLetters: [String: Int]) {
        writer.member("name", name)
        writer.member("position", position)
        writer.member("lag", max(0, logPosition - position))
        writer.member("phase", phase.rawValue)
        writer.member("progress", progress)
        writer.member("generation", generation)
        writer.member("events_per_second", eventsPerSecond.rounded())
        writer.member("started_at", startedAt)
        writer.member("finished_at", finishedAt)
        writer.member("failure", failure)
        writer.counts("dead_letters", deadLetters)
    }
}

extension JSONWriter {
    /// A member that is an object of numbers, in the order of their names.
    mutating func counts(_ key: StaticString, _ counts: [String: Int]) {
        object(key) { writer in
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
                writer.member(named: name, count)
            }
        }
    }
}
