import EventLog
import Governance

/// The alerts of the table in hitl-api 10.4.
///
/// What a program says about its analysis may be long, and every reader has only so much room: long texts are shown
/// shortened, of long lists the first elements. The decision itself has all of it.
extension Alert {
    /// Above the 1,000 characters that an actor may have (hitl-api 7.2).
    private static let textSizeBytesMax = 4 * 1024
    /// Above ten indicators of 500 characters (hitl-api 7.2).
    private static let listSizeBytesMax = 16 * 1024
    private static let numberSizeBytesMax = 64
    /// The level that stands for an advanced persistent threat (hitl-api 11.1).
    private static let aptLevel = "APT"

    /// What a submission gives rise to (hitl-api 11.3).
    static func submission(of analysis: AnalysisRequest) -> [Alert] {
        var alerts = [newDecision(analysis)]
        if analysis.threatLevel == aptLevel { alerts.append(criticalThreat(analysis)) }
        let indicators = aptIndicators(analysis)
        if !indicators.isEmpty { alerts.append(aptDetected(analysis, indicators)) }
        if analysis.incidentID != nil { alerts.append(incidentEscalated(analysis)) }
        return alerts
    }

    static func newDecision(_ analysis: AnalysisRequest) -> Alert {
        Alert(
            .newDecision, AlertPriority(analysis.priority), title: "New Decision Required",
            message: "New decision request from \(short(analysis.sourceIP))", requiresAction: true
        ) { writer in
            writer.member("analysis_id", analysis.analysisID)
            writer.member("priority", analysis.priority.rawValue)
            writer.member("threat_level", short(analysis.threatLevel))
            writer.member("source_ip", short(analysis.sourceIP))
            writer.member("attributed_actor", analysis.attributedActor.map(short))
            writer.member("confidence", raw: number(analysis.confidence))
        }
    }

    private static func criticalThreat(_ analysis: AnalysisRequest) -> Alert {
        Alert(
            .criticalThreat, .critical, title: "CRITICAL THREAT DETECTED",
            message: "APT activity detected from \(short(analysis.sourceIP))", requiresAction: true
        ) { writer in
            writer.member("analysis_id", analysis.analysisID)
            writer.member("source_ip", short(analysis.sourceIP))
            writer.member("threat_level", short(analysis.threatLevel))
            writer.member("iocs", list(analysis.iocs))
            writer.member("ttps", list(analysis.ttps))
        }
    }

    private static func aptDetected(_ analysis: AnalysisRequest, _ indicators: [String]) -> Alert {
        Alert(
            .aptDetected, .critical, title: "APT Detected: \(analysis.attributedActor.map(short) ?? "Unknown")",
            message: "Attribution confidence: \(number(analysis.confidence))%", requiresAction: true
        ) { writer in
            writer.member("analysis_id", analysis.analysisID)
            writer.member("attributed_actor", analysis.attributedActor.map(short))
            writer.member("confidence", raw: number(analysis.confidence))
            writer.member("apt_indicators", list(indicators))
            writer.member("source_ip", short(analysis.sourceIP))
        }
    }

    /// - Parameter analysis: one without an incident is called by its own id.
    static func incidentEscalated(_ analysis: AnalysisRequest) -> Alert {
        let incident = short(analysis.incidentID ?? analysis.analysisID)
        return Alert(
            .incidentEscalated, .high, title: "Incident Escalated",
            message: "Incident \(incident) escalated to \(short(analysis.threatLevel))", requiresAction: false
        ) { writer in
            writer.member("incident_id", analysis.incidentID.map(short))
            writer.member("analysis_id", analysis.analysisID)
            writer.member("threat_level", short(analysis.threatLevel))
            writer.member("source_ip", short(analysis.sourceIP))
        }
    }

    /// A request has no field for them (hitl-api 7.2): they are the techniques and indicators of an analysis that says
    /// APT.
    private static func aptIndicators(_ analysis: AnalysisRequest) -> [String] {
        analysis.threatLevel == aptLevel ? analysis.ttps + analysis.iocs : []
    }

    // MARK: Bounds

    static func short(_ text: String) -> String { text.shortened(toJSONBytes: textSizeBytesMax) }

    private static func list(_ texts: [String]) -> JSON {
        var shown: [JSON] = []
        var size = 0
        for text in texts {
            let text = text.shortened(toJSONBytes: textSizeBytesMax)
            size += text.utf8.count + 3
            guard size <= listSizeBytesMax else { break }
            shown.append(.string(text))
        }
        return .array(shown)
    }

    private static func number(_ text: String) -> String { text.utf8.count > numberSizeBytesMax ? "0" : text }
}
