import EventLog
import HTTPTypes
import Identity
import Testing

/// The items of a 422, to the byte (hitl-api 3.2).
@Suite("Items of a 422")
struct ValidationItemTests {
    private static func submit(_ changes: [String: JSON], _ items: String) -> Exchange {
        wrong("/api/decisions/submit", AnalysisSample.body("a1", changes), items)
    }

    private static func register(_ changes: [String: JSON], _ items: String) -> Exchange {
        wrong("/api/auth/register", AnalysisSample.registration("newcomer", changes), items)
    }

    private static func decide(_ body: String, _ items: String) -> Exchange {
        wrong("/api/decisions/open/decide", body, items)
    }

    private static func wrong(
        by method: HTTPRequest.Method = .post, _ path: String, _ body: String?, _ items: String
    ) -> Exchange {
        Exchange(items, method, path, body, .unprocessableContent, contains: [#"{"detail":[\#(items)]}"#])
    }

    private static let priorities = #""msg":"Input should be 'critical', 'high', 'medium' or 'low'""#
    private static let priorityContext = #""ctx":{"expected":"'critical', 'high', 'medium' or 'low'"}}"#
    private static let actionWords =
        "'block_ip', 'quarantine_system', 'activate_killswitch', 'deploy_countermeasure', 'escalate_to_soc', "
        + "'no_action' or 'custom'"
    private static let timeReason = "a date and a time such as 2025-10-14T10:00:00Z is wanted"

    static let items = [
        wrong("/api/decisions/submit", nil, #"{"type":"missing","loc":["body"],"msg":"Field required","input":null}"#),
        wrong(
            "/api/decisions/submit", "[1]",
            #"{"type":"model_attributes_type","loc":["body"],"#
                + #""msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}"#),
        wrong(
            "/api/auth/password", #"{"current_password":"a"}"#,
            #"{"type":"missing","loc":["body","new_password"],"msg":"Field required","input":{"current_password":"a"}}"#
        ),
        submit(
            ["source_ip": 7],
            #"{"type":"string_type","loc":["body","source_ip"],"msg":"Input should be a valid string","input":7}"#),
        submit(
            ["incident_id": 7],
            #"{"type":"string_type","loc":["body","incident_id"],"msg":"Input should be a valid string","input":7}"#),
        submit(
            ["confidence": "high"],
            #"{"type":"float_parsing","loc":["body","confidence"],"#
                + #""msg":"Input should be a valid number, unable to parse string as a number","input":"high"}"#),
        submit(
            ["confidence": nil],
            #"{"type":"float_type","loc":["body","confidence"],"msg":"Input should be a valid number","input":null}"#),
        submit(
            ["iocs": "ip"],
            #"{"type":"list_type","loc":["body","iocs"],"msg":"Input should be a valid list","input":"ip"}"#),
        submit(
            ["ttps": ["T1", 2]],
            #"{"type":"string_type","loc":["body","ttps",1],"msg":"Input should be a valid string","input":2}"#),
        submit(
            ["priority": "URGENT"],
            #"{"type":"enum","loc":["body","priority"],\#(priorities),"input":"URGENT",\#(priorityContext)"#),
        submit(
            ["created_at": true],
            #"{"type":"datetime_type","loc":["body","created_at"],"msg":"Input should be a valid datetime","#
                + #""input":true,"ctx":{"error":"\#(timeReason)"}}"#),
        submit(
            ["created_at": "today"],
            #"{"type":"datetime_parsing","loc":["body","created_at"],"#
                + #""msg":"Input should be a valid datetime, \#(timeReason)","input":"today","ctx":{"error":"\#(timeReason)"}}"#
        ),
        submit(
            ["analysis_id": "a/b"],
            #"{"type":"value_error","loc":["body","analysis_id"],"#
                + #""msg":"Value error, analysis_id must not contain a slash","input":"a/b","#
                + #""ctx":{"error":"analysis_id must not contain a slash"}}"#),
        register(
            ["username": "ab"],
            #"{"type":"string_too_short","loc":["body","username"],"msg":"String should have at least 3 characters","#
                + #""input":"ab","ctx":{"min_length":3}}"#),
        register(
            ["username": .string(String(repeating: "a", count: 51))],
            #"{"type":"string_too_long","loc":["body","username"],"msg":"String should have at most 50 characters","#
                + #""input":"\#(String(repeating: "a", count: 51))","ctx":{"max_length":50}}"#),
        register(
            ["password": "1234567"],
            #"{"type":"string_too_short","loc":["body","password"],"msg":"String should have at least 8 characters","#
                + #""input":null,"ctx":{"min_length":8}}"#),
        register(
            ["email": "nobody"],
            #"{"type":"value_error","loc":["body","email"],"#
                + #""msg":"value is not a valid email address: An email address must have an @-sign.","input":"nobody","#
                + #""ctx":{"reason":"An email address must have an @-sign."}}"#),
        register(
            ["role": "root"],
            #"{"type":"enum","loc":["body","role"],"msg":"Input should be 'admin', 'analyst' or 'viewer'","input":"root","#
                + #""ctx":{"expected":"'admin', 'analyst' or 'viewer'"}}"#),
        decide(
            AnalysisSample.answer("modify"),
            #"{"type":"enum","loc":["body","status"],"msg":"Input should be 'approved', 'rejected' or 'escalated'","#
                + #""input":"modify","ctx":{"expected":"'approved', 'rejected' or 'escalated'"}}"#),
        decide(
            AnalysisSample.answer("approved", ["approved_actions": ["block_ip", "Block IP"]]),
            #"{"type":"enum","loc":["body","approved_actions",1],"msg":"Input should be \#(actionWords)","#
                + #""input":"Block IP","ctx":{"expected":"\#(actionWords)"}}"#),
        decide(
            AnalysisSample.answer("approved", ["decision_id": "other"]),
            #"{"type":"value_error","loc":["body","decision_id"],"#
                + #""msg":"Value error, decision_id must be that of the path, or left out","input":"other","#
                + #""ctx":{"error":"decision_id must be that of the path, or left out"}}"#),
        wrong(
            "/api/decisions/open/escalate", nil,
            #"{"type":"missing","loc":["query","escalation_reason"],"msg":"Field required","input":null}"#),
        wrong(
            by: .get, "/api/decisions/pending?limit=101", nil,
            #"{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 100","#
                + #""input":"101","ctx":{"le":100}}"#),
        wrong(
            by: .get, "/api/decisions/pending?limit=-1", nil,
            #"{"type":"greater_than_equal","loc":["query","limit"],"#
                + #""msg":"Input should be greater than or equal to 1","input":"-1","ctx":{"ge":1}}"#),
        wrong(
            by: .get, "/api/decisions/pending?limit=ten", nil,
            #"{"type":"int_parsing","loc":["query","limit"],"#
                + #""msg":"Input should be a valid integer, unable to parse string as an integer","input":"ten"}"#),
        wrong(
            by: .get, "/api/decisions/pending?priority=HIGH", nil,
            #"{"type":"enum","loc":["query","priority"],\#(priorities),"input":"HIGH",\#(priorityContext)"#),
        wrong(
            by: .get, "/api/decisions/pending?priority=", nil,
            #"{"type":"enum","loc":["query","priority"],\#(priorities),"input":"",\#(priorityContext)"#),
        wrong(
            by: .post, "/api/auth/2fa/verify", #"{"code":"123456"}"#,
            #"{"type":"missing","loc":["query","code"],"msg":"Field required","input":null}"#),
    ]

    @Test("as the table has them, and nothing is written", arguments: items)
    func item(_ exchange: Exchange) async throws {
        try await StaffedFront.run { staff in
            try await staff.submit("open")
            try await exchange.check(staff, as: .admin)
        }
    }

    @Test("malformed JSON names the byte and what was wanted there")
    func malformed() async throws {
        try await Self.expect(
            "/api/decisions/submit", #"{"analysis_id":}"#,
            #"{"type":"json_invalid","loc":["body",15],"msg":"JSON decode error","input":{},"ctx":{"error":"#)
    }

    @Test("an unknown content type is refused as a whole", arguments: ["text/plain", "application/xml"])
    func contentType(_ type: String) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post(
                "/api/decisions/submit", AnalysisSample.body(), headers: [.contentType: type])
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains(#""type":"model_attributes_type","loc":["body"]"#))
        }
    }

    @Test("everything that is wrong comes at once, in the order of the fields")
    func together() async throws {
        try await StaffedFront.run { staff in
            for body in ["{}", #"{"unknown":1}"#] {
                let answer = try await staff.post("/api/decisions/submit", body)
                let items = answer["detail"]?.arrayValue ?? []
                #expect(items.compactMap { $0["loc"]?.arrayValue?.last?.stringValue } == Self.fields)
                #expect(items.allSatisfy { $0["type"] == "missing" })
                #expect(items.allSatisfy { $0["input"]?.text == body })
            }
            let registration = try await staff.post(
                "/api/auth/register", #"{"role":null,"password":"x","username":"ab"}"#)
            let items = registration["detail"]?.arrayValue ?? []
            #expect(
                items.map { [$0["type"], $0["loc"]?.arrayValue?.last] } == [
                    ["string_too_short", "username"], ["missing", "email"], ["string_too_short", "password"],
                    ["missing", "full_name"], ["enum", "role"],
                ])
        }
    }

    @Test("no key of a decision request may be left out, also of those that may be null", arguments: fields)
    func required(_ field: String) async throws {
        try await Self.expect(
            "/api/decisions/submit", AnalysisSample.body("a1", without: field),
            #"[{"type":"missing","loc":["body","\#(field)"],"msg":"Field required","input":{"#)
    }

    @Test("a password is never repeated in a complaint")
    func passwords() async throws {
        try await StaffedFront.run { staff in
            for password in ["short", "secret\0secret", String(repeating: "s", count: 1025)] {
                let answer = try await staff.post(
                    "/api/auth/register", AnalysisSample.registration("newcomer", ["password": .string(password)]))
                #expect(answer.status == .unprocessableContent)
                #expect(answer["detail"]?.arrayValue?.count == 1)
                #expect(answer["detail"]?.arrayValue?.first?["input"] == JSON.null)
            }
            let form = try await staff.loginAnswer("vic", "secret\0secret")
            #expect(form.status == .unprocessableContent)
            #expect(!form.text.contains("secret"))
        }
    }

    private static let fields = [
        "analysis_id", "incident_id", "threat_level", "source_ip", "attributed_actor", "confidence", "iocs", "ttps",
        "recommended_actions", "forensic_summary", "priority", "created_at",
    ]

    private static func expect(_ path: String, _ body: String, _ part: String) async throws {
        try await StaffedFront.run { staff in
            let answer = try await staff.post(path, body)
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains(part), "\(answer.text)")
        }
    }
}
