import EventLog
import Testing

@testable import verdict

@Suite("An analysis and the question it asks")
struct CANDIAnalysisTests {
    private static let now = Timestamp(rfc3339: "2026-01-15T12:00:00Z") ?? Timestamp(microseconds: 0)

    private func analysis(_ line: String) throws -> CANDIAnalysis {
        try CANDIAnalysis(line: Array(line.utf8), at: Self.now)
    }

    private func question(_ line: String) throws -> JSON {
        try JSONParser.parse(try analysis(line).submission)
    }

    @Test("a complete analysis goes out as it is, number for number, without what the API does not know")
    func complete() throws {
        let line =
            #"{"analysis_id":"CANDI-1","incident_id":"INC-1","threat_level":"APT","source_ip":"203.0.113.9","#
            + #""attributed_actor":"APT28","confidence":89.50,"iocs":["ip:203.0.113.9"],"ttps":["T1110"],"#
            + #""recommended_actions":["Block it"],"forensic_summary":"s","priority":"low","#
            + #""created_at":"2025-10-14T10:00:00"}"#
        let whole = String(line.dropLast()) + #","behaviours":["b"],"requires_human":false}"#
        #expect(String(decoding: try analysis(whole).submission, as: UTF8.self) == line)
    }

    @Test("what is missing is made of the rest")
    func missing() throws {
        let question = try question(#"{"threat_level":"TARGETED","source_ip":"192.0.2.1"}"#)
        let id = try #require(question["analysis_id"]?.stringValue)
        #expect(id.count == "CANDI-".count + 16 && id.hasPrefix("CANDI-"))
        #expect(question["incident_id"] == .null)
        #expect(question["attributed_actor"] == .null)
        #expect(question["confidence"] == 0)
        for list in ["iocs", "ttps", "recommended_actions"] { #expect(question[list] == []) }
        #expect(question["forensic_summary"] == "Threat level: TARGETED")
        #expect(question["priority"] == "high")
        #expect(question["created_at"] == "2026-01-15T12:00:00.000000Z")
    }

    @Test("what is of the wrong kind is left to the server to refuse")
    func wrongKind() throws {
        let question = try question(
            #"{"threat_level":"APT","iocs":"x","confidence":[],"source_ip":7,"priority":"now"}"#)
        #expect(question["iocs"] == "x")
        #expect(question["confidence"] == [])
        #expect(question["source_ip"] == 7)
        #expect(question["priority"] == "now")
        #expect(try self.question(#"{"threat_level":"APT"}"#)["source_ip"] == nil)
    }

    @Test("the id follows from the line, so that a second import asks nothing twice")
    func identity() throws {
        let one = #"{"threat_level":"APT"}"#
        #expect(try analysis(one).analysisID == analysis(one).analysisID)
        #expect(try analysis(one).analysisID != analysis(#"{"threat_level": "APT"}"#).analysisID)
    }

    @Test(
        "a person is asked about APT, TARGETED, more than 80 % confidence, and where the engine says so",
        arguments: [
            (#"{"threat_level":"APT"}"#, true), (#"{"threat_level":"TARGETED","confidence":0}"#, true),
            (#"{"threat_level":"OPPORTUNISTIC","confidence":80}"#, false),
            (#"{"threat_level":"OPPORTUNISTIC","confidence":80.1}"#, true),
            (#"{"threat_level":"NOISE","confidence":"81"}"#, true), (#"{"threat_level":"NOISE"}"#, false),
            (#"{"threat_level":"Suspicious","confidence":45}"#, false),
            (#"{"threat_level":"Suspicious","confidence":45,"requires_human":true}"#, true),
            (#"{"threat_level":"APT","requires_human":false}"#, true), (#"{"threat_level":"apt"}"#, false),
        ])
    func needsHuman(_ line: String, _ needsHuman: Bool) throws {
        #expect(try analysis(line).needsHuman == needsHuman)
    }

    @Test(
        "the level gives the priority",
        arguments: [
            ("APT", "critical"), ("TARGETED", "high"), ("OPPORTUNISTIC", "medium"), ("NOISE", "low"),
            ("Suspicious", "medium"),
        ])
    func priority(_ level: String, _ priority: String) throws {
        #expect(try question("{\"threat_level\":\"\(level)\"}")["priority"] == .string(priority))
    }

    @Test(
        "the summary is one line of what is known",
        arguments: [
            (
                #"{"threat_level":"APT","attributed_actor":"APT28","confidence":89.5,"iocs":["1","2"],"#
                    + #""behaviours":["a","b","c","d","e","f"],"ttps":["T1","T2"],"sophistication":8}"#,
                "Threat level: APT | Attribution: APT28 (89.5% confidence) | Behaviours: a, b, c, d, e | Indicators: 2 | "
                    + "TTPs: T1, T2 | Sophistication: 8/10"
            ),
            (#"{"threat_level":"APT","attributed_actor":"X"}"#, "Threat level: APT | Attribution: X"),
            (
                #"{"threat_level":"APT","attributed_actor":"","behaviors":["a"],"iocs":[]}"#,
                "Threat level: APT | Behaviours: a"
            ),
        ])
    func summary(_ line: String, _ summary: String) throws {
        #expect(try question(line)["forensic_summary"] == .string(summary))
    }

    @Test(
        "what is no analysis says why",
        arguments: [
            ("nonsense", "not JSON: Expecting value at byte 0"), ("[]", "not a JSON object"),
            ("{}", "no threat_level in it"),
            (#"{"threat_level":4}"#, "no threat_level in it"),
        ])
    func unfit(_ line: String, _ reason: String) {
        let error = #expect(throws: UnfitLine.self) { try analysis(line) }
        #expect(error?.description == reason)
    }
}
