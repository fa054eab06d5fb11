import EventLog
import Governance
import Hummingbird
import Projections

/// What a request asks of the audit: its filters, their order and the part of them.
struct AuditQuery {
    static let limitDefault = 100
    static let limitMax = 1000
    /// Values of one filter.
    private static let valuesMax = 100

    private(set) var question = AuditQuestion()
    private(set) var order = AuditOrder()
    private let raw: RawQuery
    private let request: Request

    /// - Throws: 422 with everything that is wrong.
    init(_ request: Request, seesIdentity: Bool) throws {
        self.request = request
        raw = RawQuery(request)
        var issues: [ValidationIssue] = []
        question.includesIdentity = seesIdentity
        question.from = Self.moment("start_time", request, &issues)
        question.until = Self.moment("end_time", request, &issues)
        question.decisionIDs = names(["decision_id", "decision_ids"], &issues)
        question.actorIDs = names(["operator_id", "operator_ids", "actor_id", "actor_ids"], &issues)
        question.sessionIDs = names(["session_id", "session_ids"], &issues)
        question.targets = names(["target", "targets"], &issues)
        question.eventTypes = words(
            ["event_type", "event_types"], AuditEventType.init(name:), AuditEventType.allCases.map(\.name), &issues)
        question.actorKinds = words(
            ["actor_type", "actor_types"], AuditActor.Kind.init(name:), AuditActor.Kind.allCases.map(\.name), &issues)
        question.riskLevels = words(
            ["risk_level", "risk_levels"], RiskLevel.init(word:), RiskLevel.allCases.map(\.rawValue), &issues)
        question.automationLevels = words(
            ["automation_level", "automation_levels"], AutomationLevel.init(word:),
            AutomationLevel.allCases.map(\.rawValue), &issues)
        question.statuses = words(
            ["status", "statuses"], DecisionStatus.init(word:), DecisionStatus.allCases.map(\.rawValue), &issues)
        question.tags = words(
            ["compliance_tag", "compliance_tags"], AuditTags.init(name:), AuditTags.all.map(\.name), &issues)
        question.texts = limited(raw.texts(["q"]), "q", &issues)
        order.key =
            word("sort_by", AuditOrder.Key.init(rawValue:), AuditOrder.Key.allCases.map(\.rawValue), &issues)
            ?? .timestamp
        order.isDescending =
            word("sort_order", { ["asc": false, "desc": true][$0] }, ["desc", "asc"], &issues) ?? true
        guard issues.isEmpty else { throw APIError(issues) }
    }

    // MARK: Parts

    /// How many entries a page has.
    func limit() throws -> Int { try request.queryNumber("limit", default: Self.limitDefault, max: Self.limitMax) }

    /// How many an export has; nil for all.
    func exportLimit() throws -> Int? {
        request.query("limit") == nil ? nil : try request.queryNumber("limit", default: 0, max: .max / 2)
    }

    func offset() throws -> Int { try request.queryNumber("offset", default: 0, max: .max / 2) }

    /// Where the request goes on; nil at its beginning.
    ///
    /// - Throws: 422 for a cursor that is none, or belongs to another question.
    func cursor() throws -> AuditCursor? {
        guard let text = request.query("cursor"), !text.isEmpty else { return nil }
        if let cursor = AuditCursor(text: text, of: name), (0..<order.laneCount).contains(cursor.bookmark.lane) {
            return cursor
        }
        let reason =
            "this is no cursor of these filters and this order: take it from the page before, or begin without one"
        throw APIError([.unusable(reason, ["query", "cursor"], input: .string(text))])
    }

    /// The address of the page behind a cursor.
    func address(after cursor: AuditCursor) -> String {
        "\(request.uri.path)?\(raw.replacing(["cursor", "offset"], with: "cursor", cursor.text(of: name)))"
    }

    /// Filters and order as one text: a cursor belongs to them.
    var name: String {
        let parts: [String] = [
            question.from.map { "\($0.microseconds)" } ?? "", question.until.map { "\($0.microseconds)" } ?? "",
            Self.list(question.decisionIDs), Self.list(question.actorIDs), Self.list(question.sessionIDs),
            Self.list(question.targets), Self.list(question.eventTypes.map(\.name)),
            Self.list(question.actorKinds.map(\.name)), Self.list(question.riskLevels.map(\.rawValue)),
            Self.list(question.automationLevels.map(\.rawValue)), Self.list(question.statuses.map(\.rawValue)),
            Self.list(question.tags.map { "\($0.rawValue)" }), Self.list(question.texts),
            "\(question.includesIdentity)", order.key.rawValue, "\(order.isDescending)",
        ]
        return parts.joined(separator: "\n")
    }

    private static func list(_ words: [String]) -> String {
        JSON.array(words.map { .string($0) }).text
    }

    // MARK: Reading

    private func names(_ names: [String], _ issues: inout [ValidationIssue]) -> [String] {
        limited(raw.names(names), names[0], &issues)
    }

    private func words<Value: Hashable>(
        _ names: [String], _ parse: (String) -> Value?, _ known: [String], _ issues: inout [ValidationIssue]
    ) -> [Value] {
        var values: [Value] = []
        for text in raw.words(names) {
            if let value = parse(text.lowercased()) {
                if !values.contains(value) { values.append(value) }
            } else {
                issues.append(.notOneOf(known, ["query", .string(names[0])], input: .string(text)))
            }
        }
        return values
    }

    /// The last of several; nil where there is none.
    private func word<Value>(
        _ name: String, _ parse: (String) -> Value?, _ known: [String], _ issues: inout [ValidationIssue]
    ) -> Value? {
        guard let text = raw.words([name]).last else { return nil }
        if let value = parse(text.lowercased()) { return value }
        issues.append(.notOneOf(known, ["query", .string(name)], input: .string(text)))
        return nil
    }

    private func limited(_ values: [String], _ name: String, _ issues: inout [ValidationIssue]) -> [String] {
        if values.count > Self.valuesMax {
            issues.append(
                .unusable(
                    "at most \(Self.valuesMax) values of one filter are taken", ["query", .string(name)],
                    input: .number(JSONNumber(values.count))))
        }
        return values
    }

    /// A moment of the query; nil where it is absent or empty.
    static func moment(_ name: String, _ request: Request, _ issues: inout [ValidationIssue]) -> Timestamp? {
        guard let text = request.query(name), !text.isEmpty else { return nil }
        if let moment = LenientTime.read(.string(text.withPlusBeforeOffset)) { return moment }
        let reason = "a date and a time such as 2026-01-15T10:00:00Z is wanted"
        issues.append(
            ValidationIssue(
                type: "datetime_parsing", location: ["query", .string(name)],
                message: "Input should be a valid datetime, \(reason)", input: .string(text),
                context: ["error": .string(reason)]))
        return nil
    }
}
