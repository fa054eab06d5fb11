import EventLog
import Governance
import Projections

/// A decision in the words of the HITL API (hitl-api 7.2).
///
/// What was submitted at this door stands in the decision's metadata under the same names; a decision of another door is
/// translated: its target is the source address, its threat type the threat level, its reasoning the summary.
struct AnalysisRequest: Sendable {
    let analysisID: String
    let incidentID: String?
    let threatLevel: String
    let sourceIP: String
    let attributedActor: String?
    /// A JSON number as text, 0 to 100 by habit.
    let confidence: String
    let iocs: [String]
    let ttps: [String]
    let recommendedActions: [String]
    let forensicSummary: String
    let priority: RiskLevel
    let createdAt: Timestamp

    init(_ row: DecisionRow) {
        // The views keep what was parsed once, so it parses again; a damaged row shows what its columns say.
        let metadata = (try? JSONParser.parse(row.metadata))?.objectValue ?? JSONObject()
        self.init(
            analysisID: row.decisionID, metadata: metadata, threatType: row.threatType, target: row.target,
            confidence: row.confidence, recommendedAction: row.recommendedAction, reasoning: row.reasoning,
            priority: row.riskLevel, createdAt: row.requestedAt)
    }

    init(_ submitted: DecisionSubmitted) {
        let context = submitted.context
        self.init(
            analysisID: submitted.decisionID, metadata: context.metadata, threatType: context.threatType,
            target: context.target, confidence: context.confidence.text, recommendedAction: context.recommendedAction,
            reasoning: context.reasoning, priority: submitted.riskLevel,
            createdAt: submitted.requestedAt ?? submitted.createdAt)
    }

    private init(
        analysisID: String, metadata: JSONObject, threatType: String, target: String, confidence: String,
        recommendedAction: String, reasoning: String, priority: RiskLevel, createdAt: Timestamp
    ) {
        self.analysisID = analysisID
        incidentID = metadata["incident_id"]?.stringValue
        threatLevel = metadata["threat_level"]?.stringValue ?? threatType
        sourceIP = metadata["source_ip"]?.stringValue ?? target
        attributedActor = metadata["attributed_actor"]?.stringValue
        self.confidence = metadata["confidence"]?.numberValue?.text ?? Self.percent(confidence)
        iocs = metadata.texts("iocs") ?? []
        ttps = metadata.texts("ttps") ?? []
        recommendedActions = metadata.texts("recommended_actions") ?? [recommendedAction]
        forensicSummary = reasoning
        self.priority = priority
        self.createdAt = createdAt
    }

    /// Programs of the Governance API mean 0 to 1, those of this one 0 to 100.
    private static func percent(_ confidence: String) -> String {
        guard let value = Double(confidence), (0...1).contains(value) else { return confidence }
        return JSONNumber((value * 10_000).rounded() / 100).text
    }

    /// Writes the members into an object that is open.
    func members(to writer: inout JSONWriter) {
        writer.member("analysis_id", analysisID)
        writer.member("incident_id", incidentID)
        writer.member("threat_level", threatLevel)
        writer.member("source_ip", sourceIP)
        writer.member("attributed_actor", attributedActor)
        writer.member("confidence", raw: confidence)
        writer.array("iocs") { writer in for text in iocs { writer.string(text) } }
        writer.array("ttps") { writer in for text in ttps { writer.string(text) } }
        writer.array("recommended_actions") { writer in for text in recommendedActions { writer.string(text) } }
        writer.member("forensic_summary", forensicSummary)
        writer.member("priority", priority.rawValue)
        writer.member("created_at", createdAt)
    }
}

extension JSONObject {
    /// The strings of a member; nil where it is no list of strings.
    fileprivate func texts(_ name: String) -> [String]? {
        guard let elements = self[name]?.arrayValue else { return nil }
        let texts = elements.compactMap(\.stringValue)
        return texts.count == elements.count ? texts : nil
    }
}
