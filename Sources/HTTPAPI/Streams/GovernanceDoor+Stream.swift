import EventLog
import Governance
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore
import Projections

extension GovernanceDoor {
    /// The events of a replay and the rows of a backlog are read in pages of this size.
    private static let page = 256

    @Sendable func stream(_ request: Request, _ context: FrontContext) async throws -> Response {
        let operatorID = try context.pathParameter("operator_id")
        let sessionID = try request.requiredQuery("session_id")
        return open(request, context, try await admitted(operatorID, by: context.principal, in: sessionID))
    }

    /// The stream of an operator, opened here or at a gateway.
    ///
    /// - Parameter principal: who asks, where that is proved.
    /// - Throws: 401 and 403 for who may not have it.
    func admitted(
        _ operatorID: String, by principal: Principal?, in sessionID: String
    ) async throws -> OperatorStream {
        try admit(operatorID, by: principal, to: try await session(sessionID), sessionID)
        return OperatorStream(operatorID: operatorID, sessionID: sessionID, dialect: .canonical)
    }

    /// The same addressed by headers (governance-api 10.4).
    @Sendable func aliasStream(_ request: Request, _ context: FrontContext) async throws -> Response {
        guard let sessionID = request.headers[.sessionID] ?? request.query("session_id") else {
            throw APIError([.missing(["query", "session_id"], input: nil)])
        }
        let operatorID = request.headers[.operatorID]
        return open(request, context, try await admittedAlias(operatorID, by: context.principal, in: sessionID))
    }

    /// The same for the stream that is addressed by headers.
    ///
    /// - Parameter operatorID: nil where the caller does not say who they are; then the session says it.
    func admittedAlias(
        _ operatorID: String?, by principal: Principal?, in sessionID: String
    ) async throws -> OperatorStream {
        let session = try await session(sessionID)
        let operatorID = operatorID ?? session?.operatorID ?? principal?.name ?? "unknown"
        if let principal, principal.name != operatorID {
            throw APIError(.forbidden, detail: "Operator ID does not match session")
        }
        if session != nil || !configuration.admitsUnknownSessions {
            try admit(operatorID, by: principal, to: session, sessionID)
        }
        return OperatorStream(operatorID: operatorID, sessionID: sessionID, dialect: .alias)
    }

    /// - Throws: 401 for an id that no session can have, and that would break the lines of a stream.
    private func session(_ sessionID: String) async throws -> SessionRow? {
        guard !Identifier.hasControlCharacters(sessionID) else { throw APIError(invalidSession: sessionID) }
        return try await ledger.views.readBriefly { try $0.session(sessionID) }
    }

    private func admit(
        _ operatorID: String, by principal: Principal?, to session: SessionRow?, _ sessionID: String
    ) throws {
        guard let session, session.isValid(at: ledger.time.now()) else { throw APIError(invalidSession: sessionID) }
        guard session.operatorID == operatorID, principal.map({ $0.name == operatorID }) ?? true else {
            throw APIError(.forbidden, detail: "Operator ID does not match session")
        }
    }

    private func open(_ request: Request, _ context: FrontContext, _ stream: OperatorStream) -> Response {
        let cursor = request.headers[.lastEventID].flatMap { StreamCursor(lastEventID: $0) }
        let live = LiveWriter(channel: context.channel, dialect: stream.dialect)
        return Response.eventStream(on: context.channel) {
            hub.subscribe(live, in: stream.sessionID, by: context.principal)
        } _: { subscription, writer in
            defer { live.close() }
            try await writer.write(stream.greeting)
            var reached = try await catchUp(stream, from: cursor, &writer)
            if reached < subscription.begin {
                // Views that cannot follow are behind what was told to others before this stream began.
                reached = try await replay(stream, after: reached, omitsSettled: false, &writer)
            }
            live.hasReached(reached)
            for await item in subscription.items {
                if let frames = live.frames(of: item) { try await writer.write(frames) }
                subscription.isDone(with: item)
            }
        }
    }

    // MARK: What was

    // What a stream needs for its beginning its task keeps as long as it lives: rows and frames are made elsewhere.

    /// Sends what the client has missed, and returns the position up to which it has everything.
    ///
    /// A client that has seen more than the log holds is told so, and gets everything that waits, as a new one does.
    func catchUp(
        _ stream: OperatorStream, from cursor: StreamCursor?, _ writer: inout any ResponseBodyWriter
    ) async throws -> Position {
        var cursor = cursor
        if let seen = cursor?.position, let sentence = ledger.lostEvents(seenUpTo: seen) {
            let state = try ledger.log.lastPosition
            try await writer.write(stream.lostEvents(sentence, at: ledger.time.now(), position: state))
            cursor = nil
        }
        let missed = try await missed(since: cursor)
        var reached = missed.events ?? 0
        if let (asOf, place) = missed.backlog { reached = try await backlog(stream, asOf: asOf, after: place, &writer) }
        if let seen = missed.events { reached = try await replay(stream, after: seen, omitsSettled: true, &writer) }
        return reached
    }

    /// - Returns: the backlog that is to be sent, as of that position or of now, and after it the position behind which events
    ///   are.
    private func missed(
        since cursor: StreamCursor?
    ) async throws -> (backlog: (asOf: Position?, place: BacklogPlace)?, events: Position?) {
        switch cursor {
        case .position(let position): return (nil, position)
        case .backlog(let asOf, let place): return ((asOf, place), asOf)
        case .greeting(let sessionID):
            guard let session = try await ledger.views.readBriefly({ try $0.session(sessionID) }) else {
                return ((nil, .start), nil)
            }
            return ((session.openedPosition, .start), session.openedPosition)
        case nil: return ((nil, .start), nil)
        }
    }

    /// Sends the events behind that position, up to the end of the log.
    ///
    /// - Parameter omitsSettled: whether of decisions that are settled by now it is only said how they were, as whoever was away
    ///   has to hear it (governance-api 8.6).
    func replay(
        _ stream: OperatorStream, after position: Position, omitsSettled: Bool, _ writer: inout any ResponseBodyWriter
    ) async throws -> Position {
        let end = try ledger.log.lastPosition
        var reached = min(position, end)
        while reached < end {
            let events = try ledger.log.read(from: reached + 1, limit: min(Self.page, end - reached))
            guard let last = events.last else { break }
            let buffer = try await frames(
                of: events.map { CommittedEvent($0) }, in: stream.dialect, omitsSettled: omitsSettled)
            if buffer.readableBytes > 0 { try await writer.write(buffer) }
            reached = last.position
        }
        return reached
    }

    private func frames(
        of events: [CommittedEvent], in dialect: Dialect, omitsSettled: Bool
    ) async throws -> ByteBuffer {
        let asked = omitsSettled ? events.compactMap(\.submittedID) : []
        let waiting = asked.isEmpty ? [] : try await ledger.views.read { try $0.queued(among: asked) }
        var buffer = ByteBuffer()
        let frames = EventFrames(dialect: dialect)
        for event in events {
            if omitsSettled, let id = event.submittedID, !waiting.contains(id) { continue }
            frames.append(event, to: &buffer)
        }
        return buffer
    }

    /// Sends what waits, in the order of the queue.
    ///
    /// Which decisions wait and how they stand is read at once, their texts in pages: so the backlog is one consistent
    /// state however long a slow reader takes for it.
    ///
    /// - Parameter asOf: leaves out what was submitted later.
    private func backlog(
        _ stream: OperatorStream, asOf: Position?, after place: BacklogPlace, _ writer: inout any ResponseBodyWriter
    ) async throws -> Position {
        let (state, entries) = try await ledger.views.read { views in
            let state = try asOf ?? views.position()
            return (state, try Self.entries(of: views, asOf: state, after: place))
        }
        for start in stride(from: 0, to: entries.count, by: Self.page) {
            let buffer = try await ledger.views.read { views in
                try Self.frames(of: entries, from: start, in: stream.dialect, state, views)
            }
            try await writer.write(buffer)
        }
        return state
    }

    private static func entries(
        of views: ViewReader, asOf state: Position, after place: BacklogPlace
    ) throws -> [PlacedEntry] {
        try views.queueEntries().filter { $0.position <= state }
            .map { PlacedEntry(entry: $0, place: BacklogPlace($0, asOf: state)) }
            .filter { $0.place > place }.sorted { $0.place < $1.place }
    }

    /// A page of the backlog.
    private static func frames(
        of entries: [PlacedEntry], from start: Int, in dialect: Dialect, _ state: Position, _ views: ViewReader
    ) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        let frames = EventFrames(dialect: dialect)
        for index in start..<min(start + page, entries.count) {
            let (entry, place) = (entries[index].entry, entries[index].place)
            guard let row = try views.decision(entry.decisionID) else { continue }
            let suffix = index == entries.count - 1 ? "\(state)" : "\(state)~\(place.text)"
            let decision = FlatDecision(row, status: entry.status)
            frames.pending(decision, id: "dec_\(entry.decisionID)_\(suffix)", to: &buffer)
        }
        return buffer
    }
}

private struct PlacedEntry: Sendable {
    let entry: QueueEntry
    let place: BacklogPlace
}

extension CommittedEvent {
    /// The decision that the event announces.
    fileprivate var submittedID: String? {
        if case .decision(.submitted(let submitted)) = governance { submitted.decisionID } else { nil }
    }
}

extension BacklogPlace {
    /// The place that the entry had in that state: what was handed up since stood among the pending ones, and would come
    /// twice if it were put behind them.
    fileprivate init(_ entry: QueueEntry, asOf state: Position) {
        let wasPending = entry.movedPosition.map { $0 > state } ?? true
        self.init(group: wasPending ? 0 : 1, queueRank: entry.queueRank, position: entry.position)
    }
}

extension APIError {
    fileprivate init(invalidSession sessionID: String) {
        self.init(.unauthorized, detail: "Invalid or expired session: \(sessionID)")
    }
}
