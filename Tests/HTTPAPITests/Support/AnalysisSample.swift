import EventLog

/// Bodies of the HITL API that are right, unless a test changes something.
enum AnalysisSample {
    /// A decision request (hitl-api 7.2).
    static func body(_ analysisID: String = "a1", _ changes: [String: JSON] = [:], without: String...) -> String {
        text(
            [
                "analysis_id": .string(analysisID), "incident_id": "INC-20260115-0001", "threat_level": "APT",
                "source_ip": "203.0.113.9", "attributed_actor": "APT28", "confidence": 87.5,
                "iocs": ["ip:203.0.113.9"], "ttps": ["T1110"], "recommended_actions": ["Block the address"],
                "forensic_summary": "APT | 3 behaviours", "priority": "critical",
                "created_at": "2026-01-15T11:00:00Z",
            ], changes, without)
    }

    /// The body of `decide` (hitl-api 8.4).
    static func answer(_ status: String, _ changes: [String: JSON] = [:], without: String...) -> String {
        text(["status": .string(status), "approved_actions": ["block_ip"], "notes": "seen"], changes, without)
    }

    /// The body of `register` (hitl-api 6.1).
    static func registration(_ username: String, _ changes: [String: JSON] = [:], without: String...) -> String {
        text(
            [
                "username": .string(username), "email": "new@example.com", "password": .string(StaffedFront.password),
                "full_name": "New One", "role": "analyst",
            ], changes, without)
    }

    private static func text(_ sample: JSON, _ changes: [String: JSON], _ without: [String]) -> String {
        var object = sample.objectValue ?? JSONObject()
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) { object[name] = value }
        for name in without { object[name] = Optional<JSON>.none }
        return JSON.object(object).text
    }
}
