import EventLog

/// What the asking program says about the action it proposes.
package struct DecisionContext: Sendable, Hashable {
    package var actionType: ActionType
    package var actionParams: JSONObject
    package var reasoning: String
    /// Meant as 0 to 1, kept as sent.
    package var confidence: JSONNumber
    /// Some programs use 0 to 1 and some 0 to 10, so it is kept as sent.
    package var threatScore: JSONNumber
    package var threatType: String
    package var metadata: JSONObject

    package init(
        actionType: ActionType = .blockIP, actionParams: JSONObject = JSONObject(), reasoning: String = "",
        confidence: JSONNumber = JSONNumber(0.0), threatScore: JSONNumber = JSONNumber(0.0),
        threatType: String = "unknown", metadata: JSONObject = JSONObject()
    ) {
        self.actionType = actionType
        self.actionParams = actionParams
        self.reasoning = reasoning
        self.confidence = confidence
        self.threatScore = threatScore
        self.threatType = threatType
        self.metadata = metadata
    }

    /// Whether both are written alike: to Swift, `é` and `e` with a combining accent are one string, and to whoever reads the record
    /// they are not what the other program has asked.
    func saysTheSame(as other: DecisionContext) -> Bool {
        actionType == other.actionType && confidence == other.confidence && threatScore == other.threatScore
            && reasoning.hasBytes(of: other.reasoning) && threatType.hasBytes(of: other.threatType)
            && JSON.object(actionParams).text.hasBytes(of: JSON.object(other.actionParams).text)
            && JSON.object(metadata).text.hasBytes(of: JSON.object(other.metadata).text)
    }

    /// What the action is aimed at.
    package var target: String { actionParams["target"]?.plainText ?? "unknown" }

    package var recommendedAction: String { actionParams["action"]?.plainText ?? "review" }

    /// The score with which a decision enters the queue; it is kept, and reorders nothing (governance-api 7.1).
    func priorityScore(at risk: RiskLevel) -> Double {
        min(1, risk.priorityBase + 0.1 * (threatScore.double ?? 0) + 0.05 * (confidence.double ?? 0))
    }
}

extension JSON {
    /// A string as it is, anything else but null as JSON text.
    fileprivate var plainText: String? {
        switch self {
        case .null: nil
        case .string(let value): value
        default: text
        }
    }
}
