import HTTPAPI
import HTTPTypes
import Testing

/// What pages of other origins may do (contracts/README).
@Suite("CORS")
struct CORSTests {
    private static let pending = FrontFixture.base + "/pending"
    private static let approve = FrontFixture.base + "/decision/d1/approve"
    private static let page = "http://localhost:3000"
    private static let stranger = "https://evil.com"

    private static func preflight(from origin: String) -> HTTPFields {
        [
            .origin: origin, .accessControlRequestMethod: "POST",
            .accessControlRequestHeaders: "content-type, x-operator-id",
        ]
    }

    static let listed = [
        Exchange(
            "a preflight of a known page", .options, approve, headers: preflight(from: page), .ok, contains: ["OK"],
            answers: [
                .accessControlAllowOrigin: page, .accessControlAllowCredentials: "true", .accessControlMaxAge: "600",
                .accessControlAllowMethods: "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
                .accessControlAllowHeaders: "content-type, x-operator-id", .vary: "Origin",
            ]),
        Exchange(
            "a preflight of a stranger", .options, approve, headers: preflight(from: stranger), .badRequest,
            answers: [
                .accessControlAllowOrigin: nil, .accessControlAllowCredentials: nil, .accessControlAllowMethods: nil,
                .accessControlAllowHeaders: nil, .accessControlMaxAge: nil,
            ]),
        Exchange(
            "a preflight of an unknown path", .options, "/nowhere", headers: preflight(from: page), .ok,
            contains: ["OK"]),
        Exchange(
            "a request of a known page", .get, pending, headers: [.origin: page], .ok,
            answers: [
                .accessControlAllowOrigin: page, .accessControlAllowCredentials: "true", .vary: "Origin",
                .accessControlExposeHeaders: "Content-Disposition, Link, Retry-After, Verdict-As-Of, X-Request-ID",
            ]),
        Exchange(
            "a request of a stranger is answered but not shown", .get, pending, headers: [.origin: stranger], .ok,
            answers: [.accessControlAllowOrigin: nil, .vary: "Origin"]),
        Exchange(
            "a request of another port", .get, pending, headers: [.origin: "http://localhost:9999"], .ok,
            answers: [.accessControlAllowOrigin: nil]),
        Exchange(
            "a request of no page", .get, pending, .ok,
            answers: [.accessControlAllowOrigin: nil, .vary: nil]),
        Exchange(
            "an unknown path", .get, "/nowhere", headers: [.origin: page], .notFound,
            answers: [.accessControlAllowOrigin: page]),
        Exchange(
            "a wrong method", .delete, pending, headers: [.origin: page], .methodNotAllowed,
            answers: [.accessControlAllowOrigin: page]),
        Exchange(
            "a refused command", .post, approve, headers: [.origin: page], "{}", .unprocessableContent,
            answers: [.accessControlAllowOrigin: page]),
        Exchange(
            "OPTIONS that is no preflight", .options, pending, headers: [.origin: page], .methodNotAllowed,
            answers: [.accessControlAllowOrigin: page]),
    ]

    static let open = [
        Exchange(
            "a preflight", .options, approve, headers: preflight(from: stranger), .ok, contains: ["OK"],
            answers: [.accessControlAllowOrigin: "*", .accessControlAllowCredentials: nil]),
        Exchange(
            "a request", .get, pending, headers: [.origin: stranger], .ok,
            answers: [.accessControlAllowOrigin: "*", .accessControlAllowCredentials: nil]),
        Exchange(
            "an error", .get, "/nowhere", headers: [.origin: stranger], .notFound,
            answers: [.accessControlAllowOrigin: "*", .accessControlAllowCredentials: nil]),
    ]

    @Test("a list of origins, with credentials", arguments: listed)
    func list(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture())
    }

    @Test("everybody, without credentials", arguments: open)
    func everybody(_ exchange: Exchange) async throws {
        try await exchange.check(try FrontFixture { $0.cors = .any })
    }

    @Test("a preflight answers exactly OK")
    func text() async throws {
        let front = try FrontFixture()
        #expect(try await front.request(.options, Self.approve, headers: Self.preflight(from: Self.page)).text == "OK")
    }
}
