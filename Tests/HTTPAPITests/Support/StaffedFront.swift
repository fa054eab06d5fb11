import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import NIOCore
import Testing
import VerdictTesting

/// A front with a user of each role and a program, for any number of requests: what it remembers between them counts.
struct StaffedFront: Sendable {
    /// Everybody's.
    static let password = "correct horse 9!"
    static let localCredential = ServiceCredential.prefix + "local"

    let front: FrontFixture
    private let client: any TestClientProtocol
    private let tokens: [Caller: String]

    var fixture: LedgerFixture { front.fixture }
    var time: ManualTime { front.fixture.time }

    /// Makes the users, logs them in and runs the closure, without a socket.
    ///
    /// - Parameter keys: those of the tokens; nil for the server's own.
    static func run(
        _ configureFront: (inout FrontConfiguration) -> Void = { _ in },
        identity configureIdentity: (inout IdentityServices.Configuration) -> Void = { _ in },
        keys: SigningKeys? = nil, _ body: @Sendable @escaping (StaffedFront) async throws -> Void
    ) async throws {
        let (front, credential) = try await staffed(configureFront, identity: configureIdentity, keys: keys)
        try await front.front.application().test(.router) { client in
            var tokens: [Caller: String] = [.service: credential, .local: localCredential]
            for caller in Caller.people {
                let staff = StaffedFront(front: front, client: client, tokens: [:])
                tokens[caller] = try await staff.logIn(caller.username)
            }
            try await body(StaffedFront(front: front, client: client, tokens: tokens))
        }
    }

    /// The same on a socket, for streams; tokens come with the closure.
    static func runLive(
        _ configureFront: (inout FrontConfiguration) -> Void = { _ in },
        identity configureIdentity: (inout IdentityServices.Configuration) -> Void = { _ in },
        keys: SigningKeys? = nil, _ body: @Sendable @escaping (LiveFront, [Caller: String]) async throws -> Void
    ) async throws {
        let (front, credential) = try await staffed(configureFront, identity: configureIdentity, keys: keys)
        try await LiveFront.run(front) { live in
            var tokens: [Caller: String] = [.service: credential, .local: localCredential]
            for caller in Caller.people { tokens[caller] = try await live.logIn(caller.username) }
            try await body(live, tokens)
        }
    }

    private static func staffed(
        _ configureFront: (inout FrontConfiguration) -> Void,
        identity configureIdentity: (inout IdentityServices.Configuration) -> Void, keys: SigningKeys?
    ) async throws -> (front: FrontFixture, credential: String) {
        var front = try FrontFixture(configureFront)
        var configuration = IdentityServices.Configuration()
        configuration.passwordCost = .cheap
        configureIdentity(&configuration)
        let services = try IdentityServices(
            ledger: front.fixture.ledger, configuration: configuration, keys: keys, localCredential: localCredential)
        front.services = services
        for caller in Caller.people {
            guard let role = caller.role else { continue }
            let person = UserDesk.Person(
                username: caller.username, email: "\(caller.username)@example.com", fullName: "", role: role,
                password: password)
            try await services.desk.register(person, by: "system:test")
        }
        let credential = try await services.desk.registerService(
            Caller.service.username, description: "", by: "system:test")
        return (front, credential)
    }

    // MARK: Requests

    func token(of caller: Caller) -> String? { tokens[caller] }

    func request(
        _ method: HTTPRequest.Method, _ path: String, token: String?, headers: HTTPFields = [:], bytes: [UInt8]? = nil
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
        }
    }

    func request(
        _ method: HTTPRequest.Method, _ path: String, as caller: Caller, headers: HTTPFields = [:],
        _ body: String? = nil
    ) async throws -> Answer {
        try await request(method, path, token: tokens[caller], headers: headers, bytes: body.map { Array($0.utf8) })
    }

    func get(_ path: String, as caller: Caller = .admin) async throws -> Answer {
        try await request(.get, path, as: caller)
    }

    @discardableResult
    func post(
        _ path: String, _ body: String? = nil, as caller: Caller = .admin, headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await request(.post, path, as: caller, headers: headers, body)
    }

    // MARK: What many tests do

    /// The answer to the login form.
    func loginAnswer(_ username: String, _ password: String = StaffedFront.password) async throws -> Answer {
        try await request(
            .post, "/api/auth/login", token: nil,
            headers: [.contentType: "application/x-www-form-urlencoded"],
            bytes: Array(FormText.encoded([("username", username), ("password", password)]).utf8))
    }

    /// An access token.
    func logIn(_ username: String, _ password: String = StaffedFront.password) async throws -> String {
        let answer = try await loginAnswer(username, password)
        return try #require(answer["access_token"]?.stringValue, "\(answer.text)")
    }

    /// Registers a person who has everybody's password.
    func register(_ username: String, _ role: Role = .analyst) async throws {
        let body = AnalysisSample.registration(username, ["role": .string(role.rawValue)])
        let answer = try await post("/api/auth/register", body)
        #expect(answer.status == .ok, "\(answer.text)")
    }

    @discardableResult
    func submit(_ analysisID: String, _ changes: [String: JSON] = [:], as caller: Caller = .admin) async throws
        -> Answer
    {
        let answer = try await post("/api/decisions/submit", AnalysisSample.body(analysisID, changes), as: caller)
        #expect(answer.status == .ok, "\(answer.text)")
        return answer
    }

    @discardableResult
    func decide(
        _ analysisID: String, _ status: String = "approved", _ changes: [String: JSON] = [:],
        as caller: Caller = .analyst
    ) async throws -> Answer {
        try await post(
            "/api/decisions/\(analysisID)/decide", AnalysisSample.answer(status, changes), as: caller)
    }

    @discardableResult
    func escalate(_ analysisID: String, as caller: Caller = .analyst) async throws -> Answer {
        try await post("/api/decisions/\(analysisID)/escalate?escalation_reason=too%20big", as: caller)
    }

    /// The ids of a list of analyses.
    func ids(_ path: String, as caller: Caller = .analyst) async throws -> [String] {
        try await get(path, as: caller).json.arrayValue?.compactMap { $0["analysis_id"]?.stringValue } ?? []
    }

    /// The types of the events that the closure leaves in the log.
    func events(_ body: () async throws -> Void) async throws -> [String] {
        let before = try fixture.ledger.log.lastPosition
        try await body()
        return try fixture.eventTypes(from: before + 1)
    }
}

extension Exchange {
    /// Makes the request as that caller and compares everything.
    func check(_ staff: StaffedFront, as caller: Caller) async throws {
        try await check(staff, token: staff.token(of: caller))
    }

    func check(_ staff: StaffedFront, token: String?) async throws {
        let before = try staff.fixture.ledger.log.lastPosition
        let answer = try await staff.request(method, path, token: token, headers: headers, bytes: body)
        #expect(answer.status == status, "\(name): \(answer.text)")
        for part in contains { #expect(answer.text.contains(part), "\(name): \(part) is not in \(answer.text)") }
        for (field, value) in answers { #expect(answer.headers[field] == value, "\(name): \(field)") }
        #expect(try staff.fixture.eventTypes(from: before + 1) == events, "\(name)")
    }
}
