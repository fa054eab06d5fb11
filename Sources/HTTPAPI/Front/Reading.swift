import EventLog
import HTTPTypes
import Hummingbird
import Ledger
import Projections

/// What a request reads from: the present, or the moment of the past that its `asOf` names.
struct Reading: Sendable {
    /// What the clock says there.
    let now: Timestamp
    private let ledger: Ledger
    /// Nil for the present.
    private let moment: PastMoment?

    /// - Throws: 422 for an `asOf` that is no moment, or one that has not come yet.
    init(_ request: Request, of ledger: Ledger) async throws {
        self.ledger = ledger
        moment = try await Self.moment(request, in: ledger)
        now = moment?.time ?? ledger.time.now()
    }

    var isPast: Bool { moment != nil }

    /// The last event that counts; nil for the present.
    var position: Position? { moment?.position }

    func read<Value: Sendable>(
        _ scope: TimeMachine.Scope = .everything, _ body: @escaping @Sendable (ViewReader) throws -> Value
    ) async throws -> Value {
        guard let moment else { return try await ledger.views.read(body) }
        return try await read(at: moment, scope, body)
    }

    /// The same for one statement that touches a few pages, however many decisions there are.
    func readBriefly<Value: Sendable>(
        _ scope: TimeMachine.Scope = .everything, _ body: @escaping @Sendable (ViewReader) throws -> Value
    ) async throws -> Value {
        guard let moment else { return try await ledger.views.readBriefly(body) }
        return try await read(at: moment, scope, body)
    }

    private func read<Value: Sendable>(
        at moment: PastMoment, _ scope: TimeMachine.Scope, _ body: @escaping @Sendable (ViewReader) throws -> Value
    ) async throws -> Value {
        do {
            return try await ledger.past.read(at: moment.position, scope, body)
        } catch let error as PastError {
            throw APIError(error, input: "")
        }
    }

    /// Says in a header of the answer up to which event it is true.
    func marking(_ response: Response) -> Response {
        guard let moment else { return response }
        var response = response
        response.headers[.verdictAsOf] = String(moment.position)
        return response
    }

    private static func moment(_ request: Request, in ledger: Ledger) async throws -> PastMoment? {
        guard let text = request.query("asOf") else { return nil }
        guard let asOf = AsOf(text.withPlusBeforeOffset) else {
            let reason = "a position such as 1200 or a time such as 2026-01-31T09:00:00Z is wanted"
            throw APIError([.unusable(reason, ["query", "asOf"], input: .string(text))])
        }
        do {
            return try await ledger.moment(asOf)
        } catch let error as PastError {
            throw APIError(error, input: text)
        }
    }
}

extension HTTPField.Name {
    /// The position up to which an answer about the past is true.
    static var verdictAsOf: HTTPField.Name { HTTPField.Name("Verdict-As-Of")! }
}

extension APIError {
    fileprivate init(_ error: PastError, input: String) {
        switch error {
        case .beyondEnd, .inFuture:
            self.init([.unusable("\(error)", ["query", "asOf"], input: .string(input))])
        case .busy, .unavailable:
            self.init(.serviceUnavailable, detail: "\(error)", headers: [.retryAfter: "1"])
        }
    }
}
