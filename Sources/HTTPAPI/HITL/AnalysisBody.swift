import EventLog
import Governance

/// Reads a decision request (hitl-api 7.2) and says it in the words of the ledger.
struct AnalysisBody {
    private var reader: BodyReader

    init(_ reader: BodyReader) {
        self.reader = reader
    }

    /// - Throws: 422 with everything that is wrong, in the order of the fields.
    mutating func submission(submittedBy: String) throws -> Submission {
        let analysisID = identifier()
        let incidentID = reader.requiredNullableString("incident_id")
        let threatLevel = reader.requiredString("threat_level")
        let sourceIP = reader.requiredString("source_ip")
        let attributedActor = reader.requiredNullableString("attributed_actor")
        let confidence = confidence()
        let iocs = reader.requiredStrings("iocs")
        let ttps = reader.requiredStrings("ttps")
        let recommendedActions = reader.requiredStrings("recommended_actions")
        let forensicSummary = reader.requiredString("forensic_summary")
        let priority = priority()
        let createdAt = createdAt()
        try reader.finish()
        var context = DecisionContext()
        context.actionType = Self.action(in: recommendedActions)
        context.actionParams = JSONObject([
            .init(key: "target", value: .string(sourceIP)),
            .init(key: "action", value: .string(recommendedActions.first ?? "review")),
        ])
        context.reasoning = forensicSummary
        context.confidence = JSONNumber((confidence.double ?? 0) / 100)
        context.threatScore = JSONNumber(Self.score(of: threatLevel))
        context.threatType = threatLevel
        context.metadata = JSONObject([
            .init(key: "incident_id", value: JSON(optional: incidentID)),
            .init(key: "threat_level", value: .string(threatLevel)),
            .init(key: "source_ip", value: .string(sourceIP)),
            .init(key: "attributed_actor", value: JSON(optional: attributedActor)),
            .init(key: "confidence", value: .number(confidence)),
            .init(key: "iocs", value: JSON(texts: iocs)),
            .init(key: "ttps", value: JSON(texts: ttps)),
            .init(key: "recommended_actions", value: JSON(texts: recommendedActions)),
        ])
        return Submission(
            decisionID: analysisID, riskLevel: priority, automation: .requested(.supervised), context: context,
            requestedAt: createdAt, submittedBy: submittedBy)
    }

    // MARK: Fields

    private mutating func identifier() -> String {
        let text = reader.requiredString("analysis_id")
        guard reader.object["analysis_id"]?.stringValue != nil else { return text }
        let reason: String? =
            switch text {
            case "": "must not be empty"
            // Its own address would be that of the list.
            case "pending": "must not be pending"
            default: Identifier.reasonToRefuse(text, sizeBytesMax: Identifier.decisionSizeBytesMax)
            }
        if let reason {
            reader.complain(.unusable("analysis_id \(reason)", ["body", "analysis_id"], input: .string(text)))
        }
        return text
    }

    /// A number, a number in a string, or a truth (hitl-api 3.2).
    private mutating func confidence() -> JSONNumber {
        let location: [JSON] = ["body", "confidence"]
        guard let value = reader.required("confidence") else { return JSONNumber(0) }
        switch value {
        case .number(let number) where number.double != nil: return number
        case .bool(let truth): return JSONNumber(truth ? 1.0 : 0.0)
        case .string(let text):
            if let number = (try? JSONParser.parse(text.trimmingSpaces))?.numberValue, number.double != nil {
                return number
            }
            reader.complain(
                ValidationIssue(
                    type: "float_parsing", location: location,
                    message: "Input should be a valid number, unable to parse string as a number", input: value))
        case .null, .array, .object, .number: reader.complain(.notNumber(location, input: value))
        }
        return JSONNumber(0)
    }

    private mutating func priority() -> RiskLevel {
        guard let value = reader.required("priority") else { return .medium }
        if let level = value.stringValue.flatMap(RiskLevel.init(rawValue:)) { return level }
        reader.complain(.notOneOf(RiskLevel.priorities, ["body", "priority"], input: value))
        return .medium
    }

    private mutating func createdAt() -> Timestamp {
        guard let value = reader.required("created_at") else { return Timestamp(microseconds: 0) }
        if let moment = LenientTime.read(value) { return moment }
        let isText = value.stringValue != nil
        let reason = "a date and a time such as 2025-10-14T10:00:00Z is wanted"
        reader.complain(
            ValidationIssue(
                type: isText ? "datetime_parsing" : "datetime_type", location: ["body", "created_at"],
                message: isText ? "Input should be a valid datetime, \(reason)" : "Input should be a valid datetime",
                input: value, context: ["error": .string(reason)]))
        return Timestamp(microseconds: 0)
    }

    // MARK: Translation

    /// The action that the first recommendation with a known verb speaks of. Recommendations are prose, and other doors
    /// want one action: it only names the matter, what is allowed is what the answer says.
    private static func action(in recommendations: [String]) -> ActionType {
        let verbs: [(String, ActionType)] = [
            ("block", .blockIP), ("isolate", .isolateHost), ("quarantine", .isolateHost), ("kill", .killProcess),
            ("disable", .disableUser), ("lock", .lockAccount), ("reset", .resetPassword),
            ("notify", .notifyTeam), ("escalate", .escalateIncident), ("collect", .collectForensics),
            ("preserve", .collectForensics), ("monitor", .captureNetwork),
        ]
        for recommendation in recommendations {
            let text = recommendation.lowercased()
            if let action = verbs.first(where: { text.contains($0.0) })?.1 { return action }
        }
        return .blockIP
    }

    /// The four levels of the analysis in equal steps (hitl-api 11.1); 0 for any other word.
    private static func score(of threatLevel: String) -> Double {
        switch threatLevel {
        case "APT": 1
        case "TARGETED": 0.75
        case "OPPORTUNISTIC": 0.5
        case "NOISE": 0.25
        default: 0
        }
    }
}

extension JSON {
    fileprivate init(optional text: String?) {
        self = text.map { .string($0) } ?? .null
    }

    fileprivate init(texts: [String]) {
        self = .array(texts.map { .string($0) })
    }
}

extension RiskLevel {
    /// The words of `priority`, the most urgent first.
    static let priorities = ["critical", "high", "medium", "low"]
}
