import Crypto
import EventLog
import Foundation

/// An analysis of the threat engine CANDI, and the question that it asks (hitl-api 7.2 and 11).
struct CANDIAnalysis: Sendable {
    /// Behaviours that the summary names (hitl-api 11.2).
    private static let summarizedBehavioursMax = 5
    /// Beyond it an attribution is certain enough to be acted upon, so somebody has to look (hitl-api 11.1).
    private static let unquestionedConfidenceMax = 80.0

    let analysisID: String
    /// The attacker's address: who carries out the answer needs it, and the answer does not have it (hitl-api 11.4).
    let sourceIP: JSON
    let needsHuman: Bool
    /// The body for `POST /api/decisions/submit`.
    let submission: [UInt8]

    /// - Parameters:
    ///   - line: one analysis as JSON. Whatever it has goes to the server as it is; what it lacks is made of the rest.
    ///   - now: when the analysis was made, if it does not say.
    /// - Throws: `UnfitLine`.
    init(line: [UInt8], at now: Timestamp) throws(UnfitLine) {
        let analysis = try UnfitLine.object(in: line)
        guard let level = analysis["threat_level"]?.stringValue else { throw .missing("threat_level") }
        let id = analysis["analysis_id"] ?? .string(Self.identifier(of: line))
        analysisID = id.stringValue ?? id.text
        sourceIP = analysis["source_ip"] ?? .null
        needsHuman = Self.needsHuman(level, analysis)
        var question = JSONObject()
        question["analysis_id"] = id
        question["incident_id"] = analysis["incident_id"] ?? .null
        question["threat_level"] = .string(level)
        question["source_ip"] = analysis["source_ip"]
        question["attributed_actor"] = analysis["attributed_actor"] ?? .null
        question["confidence"] = analysis["confidence"] ?? 0
        for list in ["iocs", "ttps", "recommended_actions"] { question[list] = analysis[list] ?? [] }
        question["forensic_summary"] = analysis["forensic_summary"] ?? .string(Self.summary(level, analysis))
        question["priority"] = analysis["priority"] ?? .string(Self.priority(of: level))
        question["created_at"] = analysis["created_at"] ?? .string(now.rfc3339)
        submission = JSON.object(question).bytes
    }

    /// Follows from the line alone, so that importing it again asks the same question.
    private static func identifier(of line: [UInt8]) -> String {
        "CANDI-" + Hex.text(SHA256.hash(data: line)).prefix(16)
    }

    /// The rule of hitl-api 11.1. An engine may ask for a human where the rule does not, never the other way round.
    private static func needsHuman(_ level: String, _ analysis: JSONObject) -> Bool {
        ["APT", "TARGETED"].contains(level)
            || (confidence(of: analysis) ?? 0) > unquestionedConfidenceMax
            || analysis["requires_human"]?.boolValue == true
    }

    private static func confidence(of analysis: JSONObject) -> Double? {
        switch analysis["confidence"] {
        case .number(let number): number.double
        case .string(let text): Double(text)
        case .none, .null, .bool, .array, .object: nil
        }
    }

    private static func priority(of level: String) -> String {
        switch level {
        case "APT": "critical"
        case "TARGETED": "high"
        case "NOISE": "low"
        default: "medium"
        }
    }

    /// One line of what is known; what is not is left out (hitl-api 11.2).
    private static func summary(_ level: String, _ analysis: JSONObject) -> String {
        var parts = ["Threat level: \(level)"]
        if let actor = analysis["attributed_actor"]?.stringValue, !actor.isEmpty {
            let certainty = confidence(of: analysis).map { " (\(String(format: "%.1f", $0))% confidence)" } ?? ""
            parts.append("Attribution: \(actor)\(certainty)")
        }
        let behaviours = analysis.texts("behaviours") + analysis.texts("behaviors")
        if !behaviours.isEmpty {
            parts.append("Behaviours: " + behaviours.prefix(summarizedBehavioursMax).joined(separator: ", "))
        }
        let indicators = analysis.texts("iocs").count
        if indicators > 0 { parts.append("Indicators: \(indicators)") }
        let techniques = analysis.texts("ttps")
        if !techniques.isEmpty { parts.append("TTPs: " + techniques.joined(separator: ", ")) }
        if let sophistication = analysis["sophistication"]?.numberValue {
            parts.append("Sophistication: \(sophistication.text)/10")
        }
        return parts.joined(separator: " | ")
    }
}

extension JSONObject {
    /// The strings of a list; none where there is no such list.
    fileprivate func texts(_ name: String) -> [String] {
        self[name]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
