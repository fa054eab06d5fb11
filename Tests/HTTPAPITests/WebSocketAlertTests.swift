import EventLog
import Governance
import Ledger
import Testing
import VerdictTesting

@testable import HTTPAPI

/// Who hears of what (hitl-api 10.4 and 11.3).
@Suite("WebSocket alerts", .timeLimit(.minutes(1)))
struct WebSocketAlertTests {
    /// The kinds of the next alerts, in order.
    private func kinds(_ client: WebSocketClient, _ count: Int) async throws -> [String] {
        try await client.next(count).map { $0["alert"]?["alert_type"]?.stringValue ?? $0.text }
    }

    private static let apt = #"""
        {"decision_id":"CANDI-1","risk_level":"critical","metadata":{"incident_id":"INC-20260115-0001","threat_level":"APT",
        "source_ip":"203.0.113.9","attributed_actor":"APT28","confidence":89.50,"iocs":["ip:203.0.113.9"],
        "ttps":["T1110","T1078"]}}
        """#

    @Test("an analysis of an APT with an incident gives rise to four alerts, in these words")
    func everyKind() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await live.post("/test/enqueue", Self.apt)
            let position = try live.fixture.ledger.log.lastPosition
            func alert(_ index: Int, _ type: String, _ priority: String, _ rest: String) -> String {
                #"{"type":"alert","alert":{"alert_id":"alert_1768478400.000000_\#(position)_\#(index)","#
                    + #""alert_type":"\#(type)","priority":"\#(priority)","# + rest
            }
            let end = #","timestamp":"2026-01-15T12:00:00.000000Z","requires_action":"#
            #expect(
                try await alice.next().text
                    == alert(
                        0, "new_decision", "critical",
                        #""title":"New Decision Required","message":"New decision request from 203.0.113.9","#
                            + #""data":{"analysis_id":"CANDI-1","priority":"critical","threat_level":"APT","#
                            + #""source_ip":"203.0.113.9","attributed_actor":"APT28","confidence":89.50}\#(end)true}}"#)
            )
            #expect(
                try await alice.next().text
                    == alert(
                        1, "critical_threat", "critical",
                        #""title":"CRITICAL THREAT DETECTED","message":"APT activity detected from 203.0.113.9","#
                            + #""data":{"analysis_id":"CANDI-1","source_ip":"203.0.113.9","threat_level":"APT","#
                            + #""iocs":["ip:203.0.113.9"],"ttps":["T1110","T1078"]}\#(end)true}}"#))
            #expect(
                try await alice.next().text
                    == alert(
                        2, "apt_detected", "critical",
                        #""title":"APT Detected: APT28","message":"Attribution confidence: 89.50%","#
                            + #""data":{"analysis_id":"CANDI-1","attributed_actor":"APT28","confidence":89.50,"#
                            + #""apt_indicators":["T1110","T1078","ip:203.0.113.9"],"source_ip":"203.0.113.9"}"#
                            + "\(end)true}}"))
            #expect(
                try await alice.next().text
                    == alert(
                        3, "incident_escalated", "high",
                        #""title":"Incident Escalated","message":"Incident INC-20260115-0001 escalated to APT","#
                            + #""data":{"incident_id":"INC-20260115-0001","analysis_id":"CANDI-1","threat_level":"APT","#
                            + #""source_ip":"203.0.113.9"}\#(end)false}}"#))
        }
    }

    struct Submission: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let kinds: [String]
        var testDescription: String { name }
    }

    @Test(
        "which alerts a submission gives rise to",
        arguments: [
            Submission(name: "nothing special", body: #"{"target":"192.0.2.1"}"#, kinds: ["new_decision"]),
            Submission(
                name: "an APT without a trace", body: #"{"metadata":{"threat_level":"APT"}}"#,
                kinds: ["new_decision", "critical_threat"]),
            Submission(
                name: "an APT without an incident",
                body: #"{"metadata":{"threat_level":"APT","incident_id":null,"ttps":["T1110"]}}"#,
                kinds: ["new_decision", "critical_threat", "apt_detected"]),
            Submission(
                name: "a targeted attack with an incident",
                body: #"{"metadata":{"threat_level":"TARGETED","incident_id":"INC-1","ttps":["T1110"]}}"#,
                kinds: ["new_decision", "incident_escalated"]),
            Submission(
                name: "the level of the other door", body: #"{"threat_type":"APT"}"#,
                kinds: ["new_decision", "critical_threat"]),
        ])
    func submissions(_ submission: Submission) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await live.post("/test/enqueue", submission.body)
            // Whatever else there were would come before this.
            try await live.post("/test/enqueue", #"{"decision_id":"last"}"#)
            let kinds = try await kinds(alice, submission.kinds.count + 1)
            #expect(kinds == submission.kinds + ["new_decision"])
        }
    }

    @Test("a decision of the other door is told in its own words")
    func otherDoor() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await live.post(
                "/test/enqueue",
                #"{"decision_id":"d1","target":"192.0.2.7","threat_type":"scan","confidence":0.57,"risk_level":"low"}"#)
            let alert = try await alice.next()["alert"]
            #expect(alert?["priority"] == "low")
            #expect(
                alert?["data"]?.text
                    == #"{"analysis_id":"d1","priority":"low","threat_level":"scan","source_ip":"192.0.2.7","attributed_actor":null,"confidence":57.0}"#
            )
        }
    }

    @Test("a decision that asks nobody is told to nobody")
    func unasked() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await live.fixture.submit("silent", risk: .low, automation: .full)
            try await live.fixture.submit("d1")
            let alerts = try await alice.next(2)
            #expect(alerts[0]["alert"]?["title"] == "Execution Failed")
            #expect(alerts[1]["alert"]?["data"]?["analysis_id"] == "d1")
        }
    }

    @Test("what people decide is told")
    func decided() async throws {
        try await LiveFront.runWebSockets { live, _ in
            try await live.fixture.openSession()
            try await live.post("/test/enqueue", Self.apt)
            for decisionID in ["d1", "d2"] { try await live.fixture.submit(decisionID) }
            let alice = try await live.webSocket()
            try await live.fixture.approve("d1")
            try await live.fixture.reject("d2")
            try await live.fixture.escalate("CANDI-1")
            let alerts = try await alice.next(3).map { $0["alert"] }
            #expect(alerts.map { $0?["alert_type"] } == ["system_alert", "system_alert", "incident_escalated"])
            #expect(alerts.map { $0?["priority"] } == ["info", "info", "high"])
            #expect(
                alerts.map { $0?["message"] } == [
                    "Decision d1 approved by alice@host", "Decision d2 rejected by alice@host",
                    "Incident INC-20260115-0001 escalated to APT",
                ])
            #expect(alerts[0]?["data"]?.text == #"{"analysis_id":"d1","status":"approved","decided_by":"alice@host"}"#)
            #expect(
                alerts[2]?["data"]?.text
                    == #"{"incident_id":"INC-20260115-0001","analysis_id":"CANDI-1","threat_level":"APT","source_ip":"203.0.113.9"}"#
            )
            #expect(alerts.map { $0?["requires_action"] } == [false, false, false])
        }
    }

    @Test("what the clock says is told")
    func deadlines() async throws {
        try await LiveFront.runWebSockets { live, _ in
            try await live.fixture.submit("d1", risk: .critical)
            let alice = try await live.webSocket()
            live.fixture.time.advance(by: .minutes(4))
            try await live.fixture.ledger.passTime()
            let warning = try await alice.next()["alert"]
            #expect(warning?["alert_type"] == "decision_required")
            #expect(warning?["priority"] == "critical")
            #expect(warning?["message"] == "Decision d1 is due at 2026-01-15T12:05:00.000000Z")
            #expect(warning?["requires_action"] == true)
            live.fixture.time.advance(by: .seconds(61))
            try await live.fixture.ledger.passTime()
            let alerts = try await alice.next(2).map { $0["alert"] }
            #expect(alerts.map { $0?["title"] } == ["Decision Overdue", "Decision Escalated"])
            #expect(alerts.map { $0?["alert_type"] } == ["system_alert", "system_alert"])
            #expect(alerts[1]?["data"]?["escalated_to"] == "ciso")
        }
    }

    @Test("no two alerts have one id")
    func uniqueIDs() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await live.post("/test/enqueue", Self.apt)
            for number in 1...5 { try await live.fixture.submit("d\(number)") }
            let ids = try await alice.next(9).map { $0["alert"]?["alert_id"]?.stringValue }
            #expect(Set(ids).count == 9)
            #expect(ids.allSatisfy { $0?.hasPrefix("alert_1768478400.000000_") == true })
        }
    }

    @Test("a program has its answer before the alert goes out")
    func announcementDelay() async throws {
        try await LiveFront.runWebSockets {
            $0.announcementDelay = .hours(1)
        } _: { live, _ in
            let alice = try await live.webSocket()
            try await live.fixture.submit()
            try await alice.send(#"{"type":"ping"}"#)
            #expect(try await alice.next()["type"] == "pong")
        }
    }

    @Test("long texts and lists are shown shortened")
    func long() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            let text = String(repeating: "é", count: 50_000)
            let list = Array(repeating: #""T1110""#, count: 20_000).joined(separator: ",")
            try await live.post(
                "/test/enqueue",
                #"{"metadata":{"threat_level":"APT","source_ip":"\#(text)","attributed_actor":"\#(text)","ttps":[\#(list)]}}"#
            )
            let alerts = try await alice.next(3)
            for alert in alerts { #expect(alert.text.utf8.count < 64_000) }
            #expect(alerts[1]["alert"]?["data"]?["ttps"]?.arrayValue?.count == 2048)
        }
    }

    // MARK: Subscriptions

    @Test("a set belongs to the user: all connections share it, it outlives them, and other users have their own")
    func sharedSet() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let first = try await live.webSocket()
            let second = try await live.webSocket()
            let bob = try await live.webSocket("bob")
            try await first.send(#"{"type":"subscribe","alert_types":["critical_threat","incident_escalated"]}"#)
            _ = try await first.next()
            try await live.post("/test/enqueue", Self.apt)
            #expect(try await kinds(first, 2) == ["critical_threat", "incident_escalated"])
            #expect(try await kinds(second, 2) == ["critical_threat", "incident_escalated"])
            #expect(try await kinds(bob, 4).first == "new_decision")
            try await second.send(#"{"type":"unsubscribe","alert_types":["incident_escalated","new_decision"]}"#)
            _ = try await second.next()
            try await first.vanish()
            try await second.vanish()
            await live.waitForConnections(1)
            let third = try await live.webSocket()
            try await live.post("/test/enqueue", Self.apt.replacing("CANDI-1", with: "CANDI-2"))
            #expect(try await kinds(third, 1) == ["critical_threat"])
            try await third.send(#"{"type":"subscribe","alert_types":[]}"#)
            #expect(try await third.next()["type"] == "subscribed")
            try await live.post("/test/enqueue", Self.apt.replacing("CANDI-1", with: "CANDI-3"))
            #expect(try await kinds(bob, 8).count == 8)
            try await third.send(#"{"type":"ping"}"#)
            #expect(try await third.next()["type"] == "pong")
        }
    }

    @Test("everybody hears of everything once and in order")
    func fanOut() async throws {
        try await LiveFront.runWebSockets {
            $0.live.connectionsPerUserMax = 50
        } _: { live, _ in
            var clients: [WebSocketClient] = []
            for _ in 1...50 { clients.append(try await live.webSocket()) }
            let names = (1...20).map { "d\($0)" }
            for name in names { try await live.fixture.submit(name) }
            for client in clients {
                let seen = try await client.next(20).map { $0["alert"]?["data"]?["analysis_id"] }
                #expect(seen == names.map { .string($0) })
            }
            while live.statistics.totalAlertsSent < 1000 { await Task.yield() }
            #expect(live.statistics.totalAlertsSent == 1000)
        }
    }
}
