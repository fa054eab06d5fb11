import EventLog
import Governance
import Hummingbird
import Ledger
import Projections

extension GovernanceDoor {
    @Sendable func enqueue(_ request: Request, _ context: FrontContext) async throws -> Response {
        let (reader, bytes) = try await freeFormBody(request)
        let submission = try enqueuedSubmission(reader, by: context.principal)
        let receipt = try await execute(.submit(submission), request, context, body: bytes)
        return Response.object { writeEnqueued(submission, receipt, to: &$0) }
    }

    /// What is asked for in the body of a request to enqueue.
    ///
    /// - Throws: `APIError` 422 with everything that is wrong.
    func enqueuedSubmission(_ reader: BodyReader, by principal: Principal?) throws -> Submission {
        var body = SubmissionBody(reader)
        return try body.submission(submittedBy: submitter(of: reader, principal), newID: ledger.newID)
    }

    func writeEnqueued(_ submission: Submission, _ receipt: Receipt, to writer: inout JSONWriter) {
        let submitted = receipt.first { if case .decision(.submitted(let submitted)) = $0 { submitted } else { nil } }
        writer.member("status", "success")
        writer.member("decision_id", submitted?.value.decisionID ?? submission.decisionID)
        writer.member("risk_level", (submitted?.value.riskLevel ?? submission.riskLevel).rawValue)
        writer.member("message", "Test decision enqueued successfully")
    }

    /// The submission of a service (governance-api 6.2). It names no level where it wants the server to assess the risk.
    @Sendable func submit(_ request: Request, _ context: FrontContext) async throws -> Response {
        let (reader, bytes) = try await freeFormBody(request)
        let contextKey = reader.object["decision_context"] == nil ? "context" : "decision_context"
        var body = SubmissionBody(reader, contextKey: contextKey, isFreeForm: true)
        let now = ledger.time.now()
        var submission = try body.submission(submittedBy: submitter(of: reader, context.principal), newID: ledger.newID)
        {
            RiskAssessment($0, given: $1).level(at: now)
        }
        // A service that needs no approval gets what its confidence deserves; one that says nothing gets a human.
        if reader.object["requires_approval"] == false { submission.automation = .byPolicy }
        let receipt = try await execute(.submit(submission), request, context, body: bytes)
        // The answer is made of the event: under an idempotency key it is asked for again when the decision has moved on.
        let submitted = receipt.first { if case .decision(.submitted(let submitted)) = $0 { submitted } else { nil } }
        if let submitted, submitted.value.automationLevel.requiresReview {
            return whole(DecisionRow(submitted.value, submitted.recorded))
        }
        let decisionID =
            receipt.first { if case .decision(let event) = $0 { event.decisionID } else { nil } }?.value
            ?? submission.decisionID
        guard let row = try await ledger.views.readBriefly({ try $0.decision(decisionID) }) else {
            throw APIError(.internalServerError, detail: "The decision is recorded but cannot be read now")
        }
        return whole(row)
    }

    /// Who asks: whoever has proved it, else as far as the body says it.
    private func submitter(of reader: BodyReader, _ principal: Principal?) -> String {
        if let principal { return principal.actor }
        for name in ["service_name", "requester", "source"] {
            if let value = reader.object[name]?.stringValue, !value.isEmpty,
                Identifier.reasonToRefuse(word: value) == nil
            {
                return "agent:" + value
            }
        }
        return "agent:unknown"
    }
}

extension RiskAssessment {
    /// Takes from a free-form context what the assessment knows how to use.
    fileprivate init(_ context: DecisionContext, given details: JSONObject) {
        self.init()
        threatScore = context.threatScore.double ?? 0
        confidence = context.confidence.double ?? 0
        threatType = context.threatType
        actionType = context.actionType
        hasSimilarPastDecisions = details["similar_past_decisions"]?.arrayValue?.isEmpty == false
        assetCriticality = details["asset_criticality"]?.stringValue.flatMap(RiskLevel.init(word:)) ?? .medium
        dataClassification = details["data_classification"]?.stringValue ?? dataClassification
        assetCount = details["affected_assets"]?.arrayValue?.count ?? 1
        estimatedCost = details["estimated_cost"]?.numberValue?.double ?? 0
        businessImpact = details["business_impact"]?.stringValue ?? ""
        assetType = details["asset_type"]?.stringValue ?? ""
        dataTypes = details.words("data_types")
        scope = details["scope"]?.stringValue ?? ""
        complianceTags = details.words("compliance_tags")
    }
}

extension JSONObject {
    fileprivate func words(_ name: String) -> Set<String> {
        Set((self[name]?.arrayValue ?? []).compactMap(\.stringValue))
    }
}
