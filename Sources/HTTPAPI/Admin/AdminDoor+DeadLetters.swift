import EventLog
import HTTPTypes
import Hummingbird
import Ledger
import NIOPosix
import Projections

/// Events that a projection could not take: looked at, tried again, set aside.
extension AdminDoor {
    /// Letters of each model in one answer.
    private static let limitMax = 1000

    @Sendable func deadLetters(
        _ request: Request, _ context: FrontContext, _ principal: Principal
    ) async throws -> Response {
        let from = try Self.position(request.query("from") ?? "0", ["query", "from"])
        let open = try await ledger.deadLetterCounts().values.flatMap(\.values).reduce(0, +)
        let letters = try await ledger.deadLetters(from: from, limit: Self.limitMax)
        let positions = Array(Set(letters.map(\.letter.position)))
        let events = try ledger.log.read(positions: positions)
        return Response.object { writer in
            writer.member("open", open)
            writer.array("dead_letters") { writer in
                for letter in letters {
                    writer.object { writer in letter.write(to: &writer, events[letter.letter.position]) }
                }
            }
        }
    }

    @Sendable func retry(
        _ request: Request, _ context: FrontContext, _ principal: Principal
    ) async throws -> Response {
        let position = try Self.position(try context.pathParameter("position"), ["path", "position"])
        let outcomes = try await NIOThreadPool.singleton.runIfActive { [ledger] in
            try ledger.retryDeadLetters(at: position)
        }
        var (taken, left): ([String], [DeadLetter]) = ([], [])
        for outcome in outcomes.values {
            switch outcome {
            case .none: break
            case .tried(let names, let letters):
                taken += names
                left += letters
            case .tooLate(let reason):
                throw APIError(
                    .conflict,
                    detail: "The event \(position) can be taken in its place only: \(reason). A rebuild does that")
            }
        }
        guard left.isEmpty else {
            let words = left.map { "\($0.projection): \($0.reason)" }.sorted().joined(separator: "; ")
            throw APIError(.conflict, detail: "The event \(position) can still not be taken: \(words)")
        }
        guard !taken.isEmpty else { throw Self.noLetter(position) }
        return Response.object { writer in
            writer.member("position", position)
            writer.array("taken_by") { writer in for name in taken.sorted() { writer.string(name) } }
        }
    }

    @Sendable func skip(
        _ request: Request, _ context: FrontContext, _ principal: Principal
    ) async throws -> Response {
        var body = try BodyReader(try await request.bytes(upTo: bodySizeBytesMax), isJSON: request.isJSON, as: .typed)
        let reason = body.requiredString("reason")
        if reason.isEmpty, body.issues.isEmpty { body.complain(.tooShort(1, ["body", "reason"], input: "")) }
        try body.finish()
        let position = try Self.position(try context.pathParameter("position"), ["path", "position"])
        let skipped: LetterSkipped?
        do {
            skipped = try await ledger.skipDeadLetters(
                at: position, because: reason, by: principal.actor, origin: origin(context))
        } catch let error as CommandError {
            throw APIError(error)
        }
        guard let skipped else { throw Self.noLetter(position) }
        return Response.object { writer in
            writer.member("position", skipped.position)
            writer.array("projections") { writer in for name in skipped.projections { writer.string(name) } }
            writer.member("reason", skipped.reason)
            writer.member("skipped_by", skipped.skippedBy)
        }
    }

    private static func position(_ text: String, _ location: [JSON]) throws -> Position {
        guard let position = Int(text), position >= 0 else {
            throw APIError([
                ValidationIssue(
                    type: "int_parsing", location: location,
                    message: "Input should be a valid integer, unable to parse string as an integer",
                    input: .string(text))
            ])
        }
        return position
    }

    private static func noLetter(_ position: Position) -> APIError {
        APIError(.notFound, detail: "No open dead letter stands at \(position): GET \(letters) lists them")
    }
}

extension Ledger.ModelLetter {
    fileprivate func write(to writer: inout JSONWriter, _ event: RecordedEvent?) {
        writer.member("model", model)
        writer.member("projection", letter.projection)
        writer.member("position", letter.position)
        writer.member("reason", letter.reason)
        writer.member("type", event?.type)
        writer.member("subject", event?.stream.text)
        writer.member("recorded_at", event?.recordedAt)
        guard let skip = letter.skip else { return writer.member("skip", JSON.null) }
        writer.object("skip") { writer in
            writer.member("position", skip.position)
            writer.member("reason", skip.reason)
            writer.member("skipped_by", skip.actor)
        }
    }
}
