import EventLog
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Projections

extension AuditDoor {
    /// Entries that are counted to the last; of more it is said that there are more.
    static let countedMax = 10_000

    @Sendable func events(_ request: Request, _ context: FrontContext) async throws -> Response {
        let clearance = try await clearance(of: request, context)
        let query = try AuditQuery(request, seesIdentity: clearance.seesIdentity)
        let snapshots = AuditSnapshots(redacts: clearance.redacts, shortens: true)
        let reading = try await Reading(request, of: ledger)
        let response =
            switch try AuditFormat.wanted(by: request, of: [.json, .ndjson, .csv]) {
            case .json, .html: try await page(query, snapshots, reading)
            case .ndjson: try await export(query, .ndjson, snapshots, reading)
            case .csv: try await export(query, .csv, snapshots, reading)
            }
        return reading.marking(response)
    }

    // MARK: A page

    private func page(
        _ query: AuditQuery, _ snapshots: AuditSnapshots, _ reading: Reading
    ) async throws -> Response {
        let (limit, offset, cursor) = (try query.limit(), try query.offset(), try query.cursor())
        let trail = trail(reading)
        let position = try position(of: cursor, reading)
        let (question, order) = (query.question, query.order)
        let (page, total) = try await Self.answering {
            let page = try await trail.page(
                question, order, limit: limit, offset: cursor == nil ? offset : 0, after: cursor?.bookmark,
                asOf: position)
            let known = cursor?.total
            return (
                page,
                try await Self.orElse(known) { try await trail.count(question, asOf: position, max: Self.countedMax) }
            )
        }
        let next = page.next.map { AuditCursor(position: position, total: total, bookmark: $0) }
        var response = Response.object { writer in
            writer.array("audit_entries") { writer in
                for record in page.records { record.write(to: &writer, snapshots) }
            }
            writer.member("total_entries", total.count)
            writer.member("timestamp", reading.now)
            writer.member("total_is_exact", total.isExact)
            writer.member("position", position)
            writer.member("next_cursor", next?.text(of: query.name))
            writer.member("redacted", snapshots.redacts)
        }
        if let next { response.headers[.link] = #"<\#(query.address(after: next))>; rel="next""# }
        return response
    }

    private static func orElse<Value>(_ known: Value?, _ make: () async throws -> Value) async throws -> Value {
        if let known { return known }
        return try await make()
    }

    /// The last event that counts: pages after the first stay where the first one was.
    private func position(of cursor: AuditCursor?, _ reading: Reading) throws -> Position {
        guard let cursor else { return try trail(reading).position }
        guard reading.position == nil || reading.position == cursor.position else {
            let reason = "this cursor is of another moment than asOf: go on without asOf, or begin without a cursor"
            throw APIError([
                .unusable(reason, ["query", "cursor"], input: .number(JSONNumber(cursor.position)))
            ])
        }
        if let sentence = ledger.lostEvents(seenUpTo: cursor.position) {
            throw APIError([
                .unusable(sentence, ["query", "cursor"], input: .number(JSONNumber(cursor.position)))
            ])
        }
        return cursor.position
    }

    // MARK: All of it

    /// Writes entry after entry as long as the reader takes them; the log may grow meanwhile, the answer ends where it stood.
    private func export(
        _ query: AuditQuery, _ format: AuditFormat, _ snapshots: AuditSnapshots, _ reading: Reading
    ) async throws -> Response {
        let (limit, offset, cursor) = (try query.exportLimit(), try query.offset(), try query.cursor())
        let trail = trail(reading)
        let entries = AuditExport(
            trail: trail, question: query.question, order: query.order, position: try position(of: cursor, reading),
            format: format, snapshots: snapshots)
        // What can go wrong is said before the answer begins.
        let first = try await Self.answering {
            try await entries.batch(
                after: cursor?.bookmark, limit: limit, offset: cursor == nil ? offset : 0)
        }
        let headers: HTTPFields = [
            .contentType: format.contentType,
            .contentDisposition: "attachment; filename=\"audit.\(format.rawValue)\"",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await entries.write(first, limit: limit, to: &writer)
                try await writer.finish(nil)
            })
    }
}

extension HTTPField.Name {
    static let link = HTTPField.Name("Link")!
}
