import GRDB

/// Sessions and the totals of operators while a file is built: kept in memory, written when there are too many of them
/// and at the end.
struct OperatorFold {
    private var sessions: [UInt64: HeldSession] = [:]
    private var operators: [UInt64: HeldOperator] = [:]
    private let database: Database
    private let limits: FoldLimits
    private let sessionStatement: BoundStatement
    private let operatorStatement: BoundStatement

    init(_ database: Database, _ limits: FoldLimits) throws {
        self.database = database
        self.limits = limits
        sessionStatement = try BoundStatement(
            """
            INSERT OR REPLACE INTO sessions (
                session_id, operator_id, operator_name, operator_role, version, opened_position, created_at, expires_at,
                last_active_at, closed_at, close_reason, ip_address, user_agent, metadata, approved, rejected, escalated,
                review_time
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: database)
        operatorStatement = try BoundStatement(
            """
            INSERT OR REPLACE INTO operators (
                operator_id, operator_name, operator_role, sessions, open_sessions, open_since_sum, closed_duration,
                approved, rejected, escalated, review_time
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: database)
    }

    // MARK: Events

    mutating func open(_ opened: BulkEvent.Opened, _ record: BulkRecord, _ bytes: TextBytes) throws {
        let key = Array(bytes[opened.session.id])
        if let other = sessions[opened.session.hash] { try write(other) }
        sessions[opened.session.hash] = HeldSession(
            key: key, bytes: Array(bytes.bytes),
            texts: HeldSession.Texts(
                operatorID: opened.operatorID, operatorName: opened.operatorName, operatorRole: opened.operatorRole,
                ipAddress: opened.ipAddress, userAgent: opened.userAgent, metadata: opened.metadata),
            openedPosition: record.position, createdAt: opened.createdAt, expiresAt: opened.expiresAt,
            version: record.version, lastActiveAt: opened.createdAt)
        let (name, role) = (Array(bytes[opened.operatorName]), Array(bytes[opened.operatorRole]))
        let person: HeldOperator
        if let known = try known(opened.operatorHash, bytes[opened.operatorID]) {
            person = known
            (person.name, person.role) = (name, role)
        } else {
            person = HeldOperator(key: Array(bytes[opened.operatorID]), name: name, role: role)
            try hold(person, opened.operatorHash)
        }
        person.sessions += 1
        person.openSessions += 1
        person.openSinceSum += SummedTime.moment(opened.createdAt)
        if sessions.count > limits.people { try flushSessions() }
    }

    /// False where there is no such session.
    mutating func close(_ closed: BulkEvent.Closed, _ record: BulkRecord, _ bytes: TextBytes) throws -> Bool {
        guard let session = try session(closed.session.hash, bytes[closed.session.id]) else { return false }
        // An expired session lasted until it expired, however late that was noticed.
        let closedAt = min(record.recordedAt, session.expiresAt)
        session.closedAt = closedAt
        session.closeReason = Array(bytes[closed.reason])
        session.version = record.version
        if let person = try known(closed.operatorHash, bytes[closed.operatorID]) {
            person.openSessions -= 1
            person.openSinceSum -= SummedTime.moment(session.createdAt)
            person.closedDuration += max(0, closedAt - session.createdAt)
        }
        return true
    }

    /// The one who has given the verdict; nil where nobody knows that one.
    mutating func author(of verdict: BulkEvent.Verdict, _ bytes: TextBytes) throws -> HeldOperator? {
        let id = bytes[verdict.operatorID]
        if let known = try known(verdict.operatorHash, id) { return known }
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT CASE full_name WHEN '' THEN username ELSE full_name END, rank FROM users WHERE username = ?
                    """),
            arguments: [String(decoding: id, as: UTF8.self)])
        guard let row = try rows.next() else { return nil }
        let person = HeldOperator(key: Array(id), name: try row.bytes(at: 0), role: try row.bytes(at: 1))
        try hold(person, verdict.operatorHash)
        return person
    }

    mutating func count(
        _ answer: HeldDecision.Answer, _ verdict: BulkEvent.Verdict, by person: HeldOperator, _ record: BulkRecord,
        _ bytes: TextBytes
    ) throws {
        let reviewTime = SummedTime.review(from: verdict.decisionCreatedAt, to: record.recordedAt)
        person.counts.count(answer, reviewTime)
        guard let sessionID = verdict.sessionID,
            let session = try session(verdict.sessionHash, bytes[sessionID])
        else { return }
        session.counts.count(answer, reviewTime)
        session.lastActiveAt = record.recordedAt
    }

    // MARK: Holding

    private mutating func hold(_ person: HeldOperator, _ hash: UInt64) throws {
        if let other = operators[hash] { try write(other) }
        operators[hash] = person
        guard operators.count > limits.people else { return }
        for (other, one) in operators where other != hash { try write(one) }
        operators = [hash: person]
    }

    private mutating func known(_ hash: UInt64, _ id: UnsafeBufferPointer<UInt8>) throws -> HeldOperator? {
        if let person = operators[hash], person.key.withUnsafeBufferPointer({ $0.isSame(as: id) }) { return person }
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT operator_name, operator_role, sessions, open_sessions, open_since_sum, closed_duration, approved,
                        rejected, escalated, review_time
                    FROM operators WHERE operator_id = ?
                    """),
            arguments: [String(decoding: id, as: UTF8.self)])
        guard let row = try rows.next() else { return nil }
        let person = HeldOperator(key: Array(id), name: try row.bytes(at: 0), role: try row.bytes(at: 1))
        (person.sessions, person.openSessions) = (row[2], row[3])
        (person.openSinceSum, person.closedDuration) = (row[4], row[5])
        person.counts = AnswerCounts(approved: row[6], rejected: row[7], escalated: row[8], reviewTime: row[9])
        try hold(person, hash)
        return person
    }

    private mutating func session(_ hash: UInt64, _ id: UnsafeBufferPointer<UInt8>) throws -> HeldSession? {
        if let session = sessions[hash], session.key.withUnsafeBufferPointer({ $0.isSame(as: id) }) { return session }
        guard let stored = try stored(id) else { return nil }
        if let other = sessions[hash] { try write(other) }
        sessions[hash] = stored
        return stored
    }

    private func stored(_ id: UnsafeBufferPointer<UInt8>) throws -> HeldSession? {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT operator_id, operator_name, operator_role, metadata, ip_address, user_agent, close_reason, version,
                        opened_position, created_at, expires_at, last_active_at, closed_at, approved, rejected, escalated,
                        review_time
                    FROM sessions WHERE session_id = ?
                    """),
            arguments: [String(decoding: id, as: UTF8.self)])
        guard let row = try rows.next() else { return nil }
        var bytes: [UInt8] = []
        func text(_ index: Int) throws -> Slice? {
            try row.withUnsafeData(atIndex: index) { data in
                guard let data else { return nil }
                defer { bytes.append(contentsOf: data) }
                return Slice(bytes.count, data.count)
            }
        }
        let none = Slice(0, 0)
        let texts = HeldSession.Texts(
            operatorID: try text(0) ?? none, operatorName: try text(1) ?? none, operatorRole: try text(2) ?? none,
            ipAddress: try text(4), userAgent: try text(5), metadata: try text(3) ?? none)
        let session = HeldSession(
            key: Array(id), bytes: bytes, texts: texts, openedPosition: row[8], createdAt: row[9], expiresAt: row[10],
            version: row[7], lastActiveAt: row[11])
        session.closedAt = row[12]
        session.closeReason = (row[6] as String?).map { Array($0.utf8) }
        session.counts = AnswerCounts(approved: row[13], rejected: row[14], escalated: row[15], reviewTime: row[16])
        return session
    }

    // MARK: Writing

    /// Writes everything that is held, and forgets it.
    mutating func flush() throws {
        try flushSessions()
        for person in operators.values { try write(person) }
        operators = [:]
    }

    private mutating func flushSessions() throws {
        for session in sessions.values { try write(session) }
        sessions = [:]
    }

    private func write(_ session: HeldSession) throws {
        try session.key.withUnsafeBufferPointer { key in
            try (session.closeReason ?? []).withUnsafeBufferPointer { reason in
                try session.bytes.withUnsafeBufferPointer { bytes in
                    let (statement, texts) = (sessionStatement, TextBytes(bytes: bytes))
                    statement.bind(key)
                    texts.bind(session.texts.operatorID, to: statement)
                    texts.bind(session.texts.operatorName, to: statement)
                    texts.bind(session.texts.operatorRole, to: statement)
                    statement.bind(session.version)
                    statement.bind(session.openedPosition)
                    statement.bind(session.createdAt)
                    statement.bind(session.expiresAt)
                    statement.bind(session.lastActiveAt)
                    statement.bind(session.closedAt)
                    if session.closeReason == nil { statement.bindNull() } else { statement.bind(reason) }
                    texts.bind(session.texts.ipAddress, to: statement)
                    texts.bind(session.texts.userAgent, to: statement)
                    texts.bind(session.texts.metadata, to: statement)
                    session.counts.bind(to: statement)
                    try statement.run()
                }
            }
        }
    }

    private func write(_ person: HeldOperator) throws {
        try person.key.withUnsafeBufferPointer { key in
            try person.name.withUnsafeBufferPointer { name in
                try person.role.withUnsafeBufferPointer { role in
                    let statement = operatorStatement
                    statement.bind(key)
                    statement.bind(name)
                    statement.bind(role)
                    statement.bind(person.sessions)
                    statement.bind(person.openSessions)
                    statement.bind(person.openSinceSum)
                    statement.bind(person.closedDuration)
                    person.counts.bind(to: statement)
                    try statement.run()
                }
            }
        }
    }
}

extension Row {
    fileprivate func bytes(at index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { $0.map { Array($0) } ?? [] }
    }
}
