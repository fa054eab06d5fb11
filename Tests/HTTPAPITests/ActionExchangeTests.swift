import HTTPTypes
import Testing

/// Approve, reject and escalate, one request each (governance-api 5.3 to 5.6).
@Suite("Actions, one request each")
struct ActionExchangeTests {
    private static func path(_ decisionID: String, _ action: String) -> String {
        "\(FrontFixture.base)/decision/\(decisionID)/\(action)"
    }

    /// A body that is good for every action.
    private static func body(session: String = "session-1") -> String {
        #"{"session_id":"\#(session)","reason":"no","escalation_reason":"too big"}"#
    }

    private static let approve = path("d1", "approve")
    private static let reject = path("d1", "reject")
    private static let escalate = path("d1", "escalate")

    static let good = [
        Exchange(
            "approve", .post, approve, body(), .ok, contains: [#""action":"approved""#],
            events: ["decision.approved.v1"]),
        Exchange(
            "reject", .post, reject, body(), .ok, contains: [#""action":"rejected""#],
            events: ["decision.rejected.v1"]),
        Exchange(
            "escalate", .post, escalate, body(), .ok, contains: [#""action":"escalated""#],
            events: ["decision.escalated.v1"]),
        Exchange(
            "null stands for an absent comment", .post, approve,
            #"{"session_id":"session-1","comment":null,"reasoning":null}"#, .ok, events: ["decision.approved.v1"]),
        Exchange(
            "an empty reason is a reason", .post, reject, #"{"session_id":"session-1","reason":""}"#, .ok,
            events: ["decision.rejected.v1"]),
        Exchange(
            "reasoning stands in for the reason to reject", .post, reject,
            #"{"session_id":"session-1","reasoning":"no"}"#, .ok, events: ["decision.rejected.v1"]),
        Exchange(
            "reasoning stands in for the reason to escalate", .post, escalate,
            #"{"session_id":"session-1","reasoning":"too big"}"#, .ok, contains: [#""reason":"too big""#],
            events: ["decision.escalated.v1"]),
        Exchange(
            "unknown members are ignored", .post, approve,
            #"{"session_id":"session-1","operator_id":"mallory","x":[{}]}"#, .ok, events: ["decision.approved.v1"]),
        Exchange(
            "who the header says one is changes nothing", .post, approve, headers: [.operatorID: "mallory"], body(),
            .ok,
            events: ["decision.approved.v1"]),
    ]

    /// The same for each action.
    static let refusals = ["approve", "reject", "escalate"].flatMap { action in
        [
            Exchange(
                "\(action) in an unknown session", .post, path("d1", action), body(session: "nobody"), .notFound,
                contains: [#"{"detail":"Invalid or expired session: nobody"}"#]),
            Exchange(
                "\(action) an unknown decision", .post, path("nope", action), body(), .notFound,
                contains: [#"{"detail":"Decision not found: nope"}"#]),
            Exchange(
                "\(action) an approved decision", .post, path("d2", action), body(), .conflict,
                contains: [#"{"detail":"Decision already resolved: d2"}"#]),
            Exchange(
                "\(action) a rejected decision", .post, path("d3", action), body(), .conflict,
                contains: [#"{"detail":"Decision already resolved: d3"}"#]),
            Exchange(
                "\(action): the session is checked before the decision", .post, path("nope", action),
                body(session: "nobody"), .notFound, contains: ["Invalid or expired session: nobody"]),
            Exchange(
                "\(action): the body is checked before session and decision", .post, path("nope", action),
                #"{"reason":"no","escalation_reason":"too big"}"#, .unprocessableContent,
                contains: [#""type":"missing","loc":["body","session_id"],"msg":"Field required""#]),
            Exchange(
                "\(action) with a session that is no string", .post, path("d1", action),
                #"{"session_id":null,"reason":"no","escalation_reason":"too big"}"#, .unprocessableContent,
                contains: [
                    #"{"type":"string_type","loc":["body","session_id"],"#,
                    #""msg":"Input should be a valid string","input":null}"#,
                ]),
            Exchange(
                "\(action) with a comment that is no string", .post, path("d1", action),
                #"{"session_id":"session-1","reason":"no","escalation_reason":"too big","comment":7}"#,
                .unprocessableContent, contains: [#""type":"string_type","loc":["body","comment"]"#, #""input":7"#]),
            Exchange(
                "\(action) without a body", .post, path("d1", action), .unprocessableContent,
                contains: [#"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#]),
            Exchange(
                "\(action) with an array", .post, path("d1", action), "[]", .unprocessableContent,
                contains: [#""type":"model_attributes_type","loc":["body"]"#]),
        ]
    }

    static let reasons = [
        Exchange(
            "reject without a reason", .post, reject, #"{"session_id":"session-1","comment":"no"}"#,
            .unprocessableContent,
            contains: [
                #"{"detail":[{"type":"missing","loc":["body","reason"],"msg":"Field required","#,
                #""input":{"session_id":"session-1","comment":"no"}}]}"#,
            ]),
        Exchange(
            "escalate without a reason", .post, escalate, #"{"session_id":"session-1"}"#, .unprocessableContent,
            contains: [#""type":"missing","loc":["body","escalation_reason"],"msg":"Field required""#]),
        Exchange(
            "a reason that is no string", .post, reject, #"{"session_id":"session-1","reason":false}"#,
            .unprocessableContent, contains: [#""type":"string_type","loc":["body","reason"]"#, #""input":false"#]),
        Exchange(
            "a target that is no string", .post, escalate,
            #"{"session_id":"session-1","escalation_reason":"x","escalation_target":{}}"#, .unprocessableContent,
            contains: [#""type":"string_type","loc":["body","escalation_target"]"#]),
        Exchange(
            "all problems in the order of the fields", .post, reject, #"{"comment":1}"#, .unprocessableContent,
            contains: [
                #"[{"type":"missing","loc":["body","session_id"]"#, #"},{"type":"missing","loc":["body","reason"]"#,
            ]),
    ]

    @Test("done", arguments: good)
    func accepts(_ exchange: Exchange) async throws {
        try await check(exchange)
    }

    @Test("refused, and nothing is written", arguments: refusals + reasons)
    func refuses(_ exchange: Exchange) async throws {
        try await check(exchange)
    }

    private func check(_ exchange: Exchange) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await exchange.check(front)
    }
}
