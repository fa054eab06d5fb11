import HTTPTypes
import Testing

/// Opening and closing sessions, one request each (governance-api 4).
@Suite("Sessions, one request each")
struct SessionExchangeTests {
    private static let create = FrontFixture.base + "/session/create"
    private static let close = FrontFixture.base + "/session/close"

    static let exchanges = [
        Exchange(
            "create", .post, create, #"{"operator_id":"bob","operator_name":"Bob"}"#, .ok,
            contains: [#""operator_id":"bob","operator_name":"Bob","operator_role":"soc_operator""#],
            events: ["session.opened.v1"]),
        Exchange(
            "the name is the id where there is none", .post, create, #"{"operator_id":"bob"}"#, .ok,
            contains: [#""operator_name":"bob""#], events: ["session.opened.v1"]),
        Exchange(
            "role is another word for operator_role", .post, create, #"{"operator_id":"bob","role":"ciso"}"#, .ok,
            contains: [#""operator_role":"ciso""#], events: ["session.opened.v1"]),
        Exchange(
            "operator_role wins over role", .post, create,
            #"{"operator_id":"bob","role":"ciso","operator_role":"soc_supervisor"}"#, .ok,
            contains: [#""operator_role":"soc_supervisor""#], events: ["session.opened.v1"]),
        Exchange(
            "any role will do", .post, create, #"{"operator_id":"bob","operator_role":"benchmark_role"}"#, .ok,
            contains: [#""operator_role":"benchmark_role""#], events: ["session.opened.v1"]),
        Exchange(
            "where it comes from and what else it says", .post, create,
            #"{"operator_id":"bob","ip_address":"192.0.2.7","user_agent":null,"metadata":{"a":1},"x":2}"#, .ok,
            events: ["session.opened.v1"]),
        Exchange(
            "without an operator", .post, create, #"{"operator_name":"Bob"}"#, .unprocessableContent,
            contains: [
                #"{"detail":[{"type":"missing","loc":["body","operator_id"],"msg":"Field required","#,
                #""input":{"operator_name":"Bob"}}]}"#,
            ]),
        Exchange(
            "with an operator that is no string", .post, create, #"{"operator_id":5}"#, .unprocessableContent,
            contains: [#""type":"string_type","loc":["body","operator_id"]"#, #""input":5"#]),
        Exchange(
            "with much that is wrong, named in the order of the fields", .post, create,
            #"{"user_agent":1,"operator_role":[],"operator_name":{}}"#, .unprocessableContent,
            contains: [
                #"[{"type":"missing","loc":["body","operator_id"]"#,
                #"},{"type":"string_type","loc":["body","operator_name"]"#,
                #"},{"type":"string_type","loc":["body","operator_role"]"#,
                #"},{"type":"string_type","loc":["body","user_agent"]"#,
            ]),
        Exchange(
            "with an operator's name that is too long", .post, create,
            #"{"operator_id":"\#(String(repeating: "x", count: 257))"}"#, .unprocessableContent,
            contains: [#""loc":["body","operator_id"]"#]),
        Exchange(
            "with a role that is too long, and a name with a NUL", .post, create,
            #"{"operator_id":"bob","operator_name":"a\u0000b","role":"\#(String(repeating: "x", count: 257))"}"#,
            .unprocessableContent,
            contains: [#""loc":["body","operator_name"]"#, #""loc":["body","operator_role"]"#]),
        Exchange(
            "with metadata that is no object", .post, create, #"{"operator_id":"bob","metadata":[]}"#,
            .unprocessableContent, contains: [#""loc":["body","metadata"]"#]),
        Exchange("without a body", .post, create, .unprocessableContent, contains: [#""loc":["body"]"#]),
        Exchange(
            "close", .post, close, #"{"session_id":"session-1"}"#, .ok,
            contains: [#"{"session_id":"session-1","active":false,"#], events: ["session.closed.v1"]),
        Exchange(
            "close an unknown session", .post, close, #"{"session_id":"nobody"}"#, .notFound,
            contains: [#"{"detail":"Invalid or expired session: nobody"}"#]),
        Exchange(
            "close without a session", .post, close, "{}", .unprocessableContent,
            contains: [#""type":"missing","loc":["body","session_id"]"#]),
    ]

    @Test("answers and writes as the contract says", arguments: exchanges)
    func answers(_ exchange: Exchange) async throws {
        let front = try FrontFixture()
        try await front.furnish()
        try await exchange.check(front)
    }
}
