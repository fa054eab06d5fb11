import EventLog
import NIOWebSocket
import Testing
import VerdictTesting

@testable import HTTPAPI

/// What is said on the live feed (hitl-api 10.2 and 10.3, golden-path 5.1 and 5.6).
@Suite("WebSocket messages", .timeLimit(.minutes(1)))
struct WebSocketMessageTests {
    private static let now = "2026-01-15T12:00:00.000000Z"

    /// The text of the next message.
    private func text(_ client: WebSocketClient) async throws -> String { try await client.next().text }

    @Test("the first message says that one is connected")
    func greeting() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.handshake(token: "head.alice.tail").client
            #expect(
                try await text(alice)
                    == #"{"type":"connection","status":"connected","message":"Connected to HITL Console real-time feed","timestamp":"\#(Self.now)"}"#
            )
        }
    }

    struct Exchange: Sendable, CustomTestStringConvertible {
        let sent: String
        let received: String
        var testDescription: String { sent }
    }

    private static let all =
        #"["new_decision","critical_threat","apt_detected","honeytoken_triggered","decision_required","system_alert","incident_escalated"]"#

    @Test(
        "a message and its answer",
        arguments: [
            Exchange(sent: #"{"type":"ping"}"#, received: #"{"type":"pong","timestamp":"\#(now)"}"#),
            Exchange(sent: #"{"more":1,"type":"ping"}"#, received: #"{"type":"pong","timestamp":"\#(now)"}"#),
            Exchange(
                sent: #"{"type":"subscribe","alert_types":\#(all)}"#,
                received: #"{"type":"subscribed","alert_types":\#(all)}"#),
            Exchange(
                sent: #"{"type":"subscribe","alert_types":["system_alert","new_decision","system_alert"]}"#,
                received: #"{"type":"subscribed","alert_types":["new_decision","system_alert"]}"#),
            Exchange(sent: #"{"type":"subscribe"}"#, received: #"{"type":"subscribed","alert_types":[]}"#),
            Exchange(
                sent: #"{"type":"unsubscribe","alert_types":["new_decision"]}"#,
                received: #"{"type":"unsubscribed","alert_types":["new_decision"]}"#),
            Exchange(sent: #"{"type":"unsubscribe"}"#, received: #"{"type":"unsubscribed","alert_types":[]}"#),
        ])
    func exchanges(_ exchange: Exchange) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await alice.send(exchange.sent)
            #expect(try await text(alice) == exchange.received)
        }
    }

    @Test(
        "what nobody knows is passed over in silence",
        arguments: [#"{}"#, #"{"type":"nonsense"}"#, #"{"type":null}"#, #"{"type":7}"#, #"{"alert_types":["x"]}"#])
    func unknown(_ message: String) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            for _ in 1...6 { try await alice.send(message) }
            try await alice.send(#"{"type":"ping"}"#)
            #expect(try await alice.next()["type"] == "pong")
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let sent: String
        let code: String
        var opcode = WebSocketOpcode.text
        var testDescription: String { sent }
    }

    private static let bad = [
        Bad(sent: "", code: "FORMAT_ERROR"),
        Bad(sent: "nonsense", code: "FORMAT_ERROR"),
        Bad(sent: #"{"type":"ping""#, code: "FORMAT_ERROR"),
        Bad(sent: #"["ping"]"#, code: "FORMAT_ERROR"),
        Bad(sent: "null", code: "FORMAT_ERROR"),
        Bad(sent: #"{"type":"ping"}"#, code: "FORMAT_ERROR", opcode: .binary),
        Bad(sent: #"{"type":"subscribe","alert_types":["nonsense"]}"#, code: "INVALID_ALERT_TYPES"),
        Bad(sent: #"{"type":"subscribe","alert_types":[7]}"#, code: "INVALID_ALERT_TYPES"),
        Bad(sent: #"{"type":"subscribe","alert_types":"new_decision"}"#, code: "INVALID_ALERT_TYPES"),
        Bad(sent: #"{"type":"subscribe","alert_types":null}"#, code: "INVALID_ALERT_TYPES"),
        Bad(sent: #"{"type":"unsubscribe","alert_types":{"new_decision":true}}"#, code: "INVALID_ALERT_TYPES"),
        Bad(sent: String(repeating: "x", count: 8193), code: "MESSAGE_TOO_LARGE"),
    ]

    @Test("bad input is answered and survived, and changes nothing", arguments: bad)
    func badInput(_ bad: Bad) async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            try await alice.sendFrame(bad.opcode, Array(bad.sent.utf8))
            let error = try await alice.next()
            #expect(
                error.objectValue?.members.map(\.key) == [
                    "type", "error_code", "error_message", "message", "timestamp",
                ])
            #expect(error["type"] == "error")
            #expect(error["error_code"] == .string(bad.code))
            #expect(error["message"] == error["error_message"])
            #expect(error["timestamp"] == .string(Self.now))
            try await live.fixture.submit()
            #expect(try await alice.next()["alert"]?["alert_type"] == "new_decision")
        }
    }

    @Test("five errors in a row end the connection, four and a good message do not")
    func errorsInARow() async throws {
        try await LiveFront.runWebSockets { live, _ in
            let alice = try await live.webSocket()
            for _ in 1...3 {
                for _ in 1...4 { try await alice.send("nonsense") }
                try await alice.send(#"{"type":"ping"}"#)
                #expect(try await alice.next(5).map { $0["type"] } == ["error", "error", "error", "error", "pong"])
            }
            for _ in 1...6 { try await alice.send("nonsense") }
            #expect(try await alice.next(5).last?["error_code"] == "FORMAT_ERROR")
            #expect(try await alice.closing() == .init(.policyViolation, "Too many errors"))
        }
    }

    @Test("more messages in a minute than permitted are refused with the time to wait, other users are not concerned")
    func rateLimit() async throws {
        try await LiveFront.runWebSockets {
            $0.live.messagesPerMinuteMax = 10
        } _: { live, _ in
            let alice = try await live.webSocket()
            let second = try await live.webSocket()
            let bob = try await live.webSocket("bob")
            for _ in 1...8 { try await alice.send(#"{"type":"ping"}"#) }
            #expect(try await alice.next(8).allSatisfy { $0["type"] == "pong" })
            live.fixture.time.advance(by: .seconds(20.5))
            for _ in 1...7 { try await second.send(#"{"type":"ping"}"#) }
            let answers = try await second.next(7)
            #expect(answers.prefix(2).allSatisfy { $0["type"] == "pong" })
            for refusal in answers.dropFirst(2) {
                #expect(refusal["error_code"] == "RATE_LIMITED")
                #expect(refusal["message"] == "Too many messages, try again in 40 s")
                #expect(refusal["details"] == ["retry_after_seconds": 40])
            }
            try await bob.send(#"{"type":"ping"}"#)
            #expect(try await bob.next()["type"] == "pong")
            live.fixture.time.advance(by: .seconds(39.5))
            try await second.send(#"{"type":"ping"}"#)
            #expect(try await second.next()["type"] == "pong")
        }
    }

    @Test("a user may have so many connections and no more, another one too")
    func connectionsPerUser() async throws {
        try await LiveFront.runWebSockets {
            $0.live.connectionsPerUserMax = 3
        } _: { live, _ in
            var clients: [WebSocketClient] = []
            for _ in 1...3 { clients.append(try await live.webSocket()) }
            let fourth = try await live.handshake(token: "head.alice.tail").client
            #expect(try await fourth.next()["error_code"] == "TOO_MANY_CONNECTIONS")
            #expect(try await fourth.closing() == .init(.policyViolation, "Too many connections"))
            #expect(live.statistics.currentConnections == 3)
            #expect(live.statistics.totalConnections == 3)
            _ = try await live.webSocket("bob")
            try await clients[0].vanish()
            await live.waitForConnections(2)
            _ = try await live.webSocket()
        }
    }

    @Test("everybody gets heartbeats, whatever the subscriptions")
    func heartbeats() async throws {
        try await LiveFront.runWebSockets {
            $0.heartbeatInterval = .seconds(0.05)
        } _: { live, _ in
            let alice = try await live.webSocket()
            try await alice.send(#"{"type":"subscribe","alert_types":[]}"#)
            while try await alice.next()["type"] != "subscribed" {}
            // Each is counted behind its sending, before the next one is sent.
            for _ in 1...3 {
                #expect(try await text(alice) == #"{"type":"heartbeat","timestamp":"\#(Self.now)"}"#)
            }
            #expect(live.statistics.totalAlertsSent >= 2)
        }
    }
}
