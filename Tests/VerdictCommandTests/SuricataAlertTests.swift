import EventLog
import Testing

@testable import verdict

@Suite("The decision that a Suricata alert asks for")
struct SuricataAlertTests {
    private func decision(_ line: String) throws -> JSON {
        try JSONParser.parse(SuricataAlert(line: Array(line.utf8)).submission)
    }

    @Test("a whole alert")
    func whole() throws {
        let line = """
            {"event_type":"alert","src_ip":"192.0.2.7","n":8.50,"alert":{"severity":2,"signature":"Scan \\u00e4",\
            "category":"Recon"}}
            """
        let text = String(decoding: try SuricataAlert(line: Array(line.utf8)).submission, as: UTF8.self)
        #expect(
            text == """
                {"decision_id":"suricata-dc580b01dc297acee9cf39d8","risk_level":"high","context":{\
                "action_type":"block_ip","action_params":{"target":"192.0.2.7"},"ai_reasoning":"Scan ä (Recon)","confidence":0.8,\
                "threat_type":"Recon","metadata":\(line)}}
                """)
    }

    @Test(
        "severity becomes risk and confidence",
        arguments: [
            ("1", "critical", 0.95), ("2", "high", 0.8), ("3", "medium", 0.6), ("4", "low", 0.4), ("0", "low", 0.4),
            ("255", "low", 0.4), ("-1", "low", 0.4), ("1.5", "low", 0.4), ("1e99", "low", 0.4), ("null", "low", 0.4),
            ("\"1\"", "low", 0.4), ("[]", "low", 0.4),
        ])
    func severity(_ severity: String, _ risk: String, _ confidence: Double) throws {
        let decision = try decision("{\"event_type\":\"alert\",\"alert\":{\"severity\":\(severity)}}")
        #expect(decision["risk_level"]?.stringValue == risk)
        #expect(decision["context"]?["confidence"]?.numberValue?.double == confidence)
    }

    struct Missing: Sendable {
        let line: String
        let target: String?
        let reasoning: String?
        let threatType: String?
    }

    @Test(
        "a field that is missing, empty or of another kind is left out",
        arguments: [
            Missing(line: #"{"event_type":"alert"}"#, target: nil, reasoning: nil, threatType: nil),
            Missing(line: #"{"event_type":"alert","alert":null}"#, target: nil, reasoning: nil, threatType: nil),
            Missing(line: #"{"event_type":"alert","alert":[]}"#, target: nil, reasoning: nil, threatType: nil),
            Missing(line: #"{"alert":{},"src_ip":"192.0.2.1"}"#, target: "192.0.2.1", reasoning: nil, threatType: nil),
            Missing(line: #"{"alert":{},"src_ip":""}"#, target: nil, reasoning: nil, threatType: nil),
            Missing(line: #"{"alert":{},"src_ip":7}"#, target: nil, reasoning: nil, threatType: nil),
            Missing(line: #"{"alert":{"signature":"s"}}"#, target: nil, reasoning: "s", threatType: nil),
            Missing(line: #"{"alert":{"category":"c"}}"#, target: nil, reasoning: "c", threatType: "c"),
            Missing(
                line: #"{"alert":{"signature":"","category":"c"}}"#, target: nil, reasoning: "c", threatType: "c"),
            Missing(
                line: #"{"alert":{"signature":"s","category":"c"}}"#, target: nil, reasoning: "s (c)", threatType: "c"),
        ])
    func missing(_ example: Missing) throws {
        let decision = try decision(example.line)
        let context = try #require(decision["context"])
        #expect(context["action_params"]?["target"]?.stringValue == example.target)
        #expect(context["ai_reasoning"]?.stringValue == example.reasoning)
        #expect(context["threat_type"]?.stringValue == example.threatType)
        #expect(decision["risk_level"] == "low")
        #expect(try context["metadata"] == JSONParser.parse(example.line))
    }

    @Test("the id follows from the bytes of the line")
    func identity() throws {
        let one = try SuricataAlert(line: Array(#"{"alert":{}}"#.utf8))
        let same = try SuricataAlert(line: Array(#"{"alert":{}}"#.utf8))
        let other = try SuricataAlert(line: Array(#"{"alert": {}}"#.utf8))
        #expect(one.decisionID == same.decisionID)
        #expect(one.decisionID != other.decisionID)
        #expect(one.decisionID.count == "suricata-".count + 24)
    }

    @Test(
        "what is no alert says why",
        arguments: [
            ("hello", "not JSON: Expecting value at byte 0"), ("{\"a\":", "not JSON: Expecting value at byte 5"),
            ("[]", "not a JSON object"), ("7", "not a JSON object"),
            (#"{"event_type":"dns","alert":{}}"#, "an event of the type dns"),
            (#"{"event_type":null,"alert":{}}"#, "an event of the type null"),
            ("{}", "neither an event_type nor an alert in it"),
            (#"{"alert":"x"}"#, "neither an event_type nor an alert in it"),
        ])
    func notAnAlert(_ line: String, _ reason: String) {
        let error = #expect(throws: UnfitLine.self) { try SuricataAlert(line: Array(line.utf8)) }
        #expect(error?.description == reason)
    }

    @Test("bytes that are not UTF-8 are no alert")
    func notUTF8() {
        #expect(throws: UnfitLine.self) {
            try SuricataAlert(line: Array(#"{"alert":{},"x":""#.utf8) + [0xFF, 0x22, 0x7D])
        }
    }
}
