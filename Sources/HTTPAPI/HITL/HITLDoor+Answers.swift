import EventLog
import Governance
import Hummingbird
import Identity
import Ledger
import NIOCore
import Projections
import ServiceLifecycle

/// Answering, and hearing the answer (hitl-api 8.4 to 8.6).
extension HITLDoor {
    /// What an analyst may allow (hitl-api 7.1).
    static let actions = [
        "block_ip", "quarantine_system", "activate_killswitch", "deploy_countermeasure", "escalate_to_soc", "no_action",
        "custom",
    ]
    /// The statuses of the contract; only those of an answer are taken, for a question is pending by itself.
    static let answers = ["approved", "rejected", "escalated"]
    /// The longest wait for an answer in one request.
    static let waitSecondsMax = 60

    @Sendable func decide(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let analysisID = try context.analysisID
        var reader = try BodyReader(call.body, as: .typed)
        Self.judge(decisionID: analysisID, &reader)
        let status = Self.status(&reader)
        let actions = Self.approvedActions(&reader)
        let notes = reader.optionalString("notes") ?? ""
        let reason = reader.optionalString("escalation_reason") ?? ""
        try reader.finish()
        // An escalation is somebody's answer: only an administrator replaces it, and not by another escalation.
        let action = action(of: call, notes: notes, actions: actions, mayRevise: status != "escalated")
        let command: Command =
            switch status {
            case "approved": .approve(decisionID: analysisID, action)
            case "rejected": .reject(decisionID: analysisID, action, reason: notes)
            default: .escalate(decisionID: analysisID, action, reason: reason, target: nil)
            }
        let origin = try Origin(request, context, by: call.principal, body: call.bytes)
        do throws(CommandError) {
            return answer(to: try await ledger.execute(command, origin: origin))
        } catch {
            if case .refused(.decisionNotFound) = error {
                throw APIError(.notFound, detail: "Decision request not found")
            }
            throw APIError(hitl: error)
        }
    }

    @Sendable func escalate(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let analysisID = try context.analysisID
        let reason = try Self.escalationReason(request, call)
        let action = action(
            of: call, notes: "Escalated by \(call.principal.name)", actions: [], mayRevise: false)
        return answer(
            to: try await execute(
                .escalate(decisionID: analysisID, action, reason: reason, target: nil), request, context, call))
    }

    private func action(of call: Call, notes: String, actions: [String], mayRevise: Bool) -> OperatorAction {
        let authority = UserAuthority(
            username: call.principal.name, rank: call.principal.rank, loginID: call.principal.loginID,
            mayRevise: mayRevise)
        return OperatorAction(by: .user(authority), comment: notes, namedActions: actions)
    }

    // MARK: Fields

    /// The id in the body may be left out, and may not contradict the path (hitl-api 13, 14 and 14.3).
    private static func judge(decisionID: String, _ reader: inout BodyReader) {
        guard let named = reader.optionalString("decision_id"), named != decisionID else { return }
        reader.complain(
            .unusable(
                "decision_id must be that of the path, or left out", ["body", "decision_id"], input: .string(named)))
    }

    private static func status(_ reader: inout BodyReader) -> String {
        guard let value = reader.required("status") else { return "" }
        if let text = value.stringValue, answers.contains(text) { return text }
        reader.complain(.notOneOf(answers, ["body", "status"], input: value))
        return ""
    }

    private static func approvedActions(_ reader: inout BodyReader) -> [String] {
        let texts = reader.requiredStrings("approved_actions")
        for (index, text) in texts.enumerated() where !actions.contains(text) {
            let location: [JSON] = ["body", "approved_actions", .number(JSONNumber(index))]
            reader.complain(.notOneOf(actions, location, input: .string(text)))
        }
        return texts
    }

    /// The reason in the query, or in the body as other clients send it (hitl-api 14.3).
    private static func escalationReason(_ request: Request, _ call: Call) throws -> String {
        if let reason = request.query("escalation_reason") { return reason }
        if let object = call.body?.objectValue {
            var reader = BodyReader(object)
            for name in ["escalation_reason", "reason"] {
                if let reason = reader.optionalString(name) { return reason }
            }
            try reader.finish()
        }
        throw APIError([.missing(["query", "escalation_reason"], input: .null)])
    }

    // MARK: Answers

    /// The answer to a command, made of its event: under an `Idempotency-Key` it is asked for again when the decision has
    /// moved on.
    private func answer(to receipt: Receipt) -> Response {
        let given = receipt.first { event -> Answer? in
            switch event {
            case .decision(.approved(let verdict)): Answer(verdict, status: "approved")
            case .decision(.rejected(let verdict, _)): Answer(verdict, status: "rejected")
            case .decision(.escalated(let escalated)):
                escalated.verdict.map { Answer($0, status: "escalated", escalationReason: escalated.reason) }
            case .decision, .session: nil
            }
        }
        guard let (answer, recorded) = given else {
            return APIError(.internalServerError, detail: "The action left no event").response
        }
        return Response.object { answer.members(to: &$0, decidedAt: recorded.recordedAt) }
    }

    /// The answer of a person, for who has asked. With `wait=SECONDS` the request waits for it that long.
    @Sendable func answer(_ request: Request, _ context: FrontContext, _ call: Call) async throws -> Response {
        let analysisID = try context.analysisID
        let wait = try request.queryNumber("wait", default: 0, max: Self.waitSecondsMax)
        let reading = try await Reading(request, of: ledger)
        if let row = try await answered(analysisID, reading) { return reading.marking(Self.answer(row)) }
        guard wait > 0, !reading.isPast else { throw APIError(.notFound, detail: "Decision response not found") }
        let subscription = hub.subscribe(.watch(decisionID: analysisID), by: call.principal, channel: context.channel)
        let end = context.channel.eventLoop.scheduleTask(in: .seconds(Int64(wait))) { subscription.finish() }
        defer { end.cancel() }
        // It may have come between the look and the subscription.
        if let row = try await answered(analysisID, reading) { return Self.answer(row) }
        // A server that stops tells who waits at once that there is no answer yet.
        let answer: Response? = try await withGracefulShutdownHandler {
            for await item in subscription.items {
                subscription.isDone(with: item)
                if case .events = item, let row = try await answered(analysisID, reading) { return Self.answer(row) }
            }
            return nil
        } onGracefulShutdown: {
            subscription.finish()
        }
        if let answer { return answer }
        guard call.principal.isStillValid() else { throw APIError.invalidCredentials }
        throw APIError(.notFound, detail: "Decision response not found")
    }

    private func answered(_ analysisID: String, _ reading: Reading) async throws -> DecisionRow? {
        let row = try await reading.read(.decision(analysisID)) { try $0.decision(analysisID) }
        return row?.answerStatus == nil ? nil : row
    }

    private static func answer(_ row: DecisionRow) -> Response {
        Response.object { writer in
            writer.member("decision_id", row.decisionID)
            writer.member("status", row.answerStatus)
            writer.member("approved_actions", raw: row.namedActions ?? "[]")
            writer.member("notes", row.operatorNotes ?? "")
            writer.member("decided_by", row.resolvedBy)
            writer.member("decided_at", row.resolvedAt)
            writer.member("escalation_reason", row.answerStatus == "escalated" ? row.escalationReason : nil)
            writer.member("analysis_id", row.decisionID)
        }
    }
}

/// An answer as its event has it (hitl-api 7.3).
private struct Answer {
    let verdict: OperatorVerdict
    let status: String
    let escalationReason: String?

    init(_ verdict: OperatorVerdict, status: String, escalationReason: String? = nil) {
        self.verdict = verdict
        self.status = status
        self.escalationReason = escalationReason
    }

    func members(to writer: inout JSONWriter, decidedAt: Timestamp) {
        writer.member("decision_id", verdict.decisionID)
        writer.member("status", status)
        writer.member("approved_actions", .array((verdict.namedActions ?? []).map { .string($0) }))
        writer.member("notes", verdict.comment)
        writer.member("decided_by", verdict.operatorID)
        writer.member("decided_at", decidedAt)
        writer.member("escalation_reason", escalationReason)
        writer.member("analysis_id", verdict.decisionID)
    }
}
