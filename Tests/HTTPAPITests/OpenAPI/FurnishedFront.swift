import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import NIOCore
import Testing

/// A front with people, programs and decisions in all states, for tests that go through all operations. One application
/// answers all requests: to make one takes longer than to answer.
struct FurnishedFront: Sendable {
    /// Who makes a request.
    enum Sender: Sendable {
        case nobody, admin, analyst, service
    }

    static let bodySizeBytesMax = 8192

    let front: FrontFixture
    private let client: any TestClientProtocol
    private var tokens: [Sender: String] = [:]
    private(set) var refreshToken = ""

    /// Alice's session, the decisions d1 (pending), d2 (approved) and d3 (rejected), the analyses a1 (pending), a2
    /// (approved) and a3 (escalated), the analyst bob, and the program soar.
    static func run(
        _ configure: (inout FrontConfiguration) -> Void = { _ in },
        _ body: @Sendable (FurnishedFront) async throws -> Void
    ) async throws {
        let front = try FrontFixture {
            $0.bodySizeBytesMax = bodySizeBytesMax
            configure(&$0)
        }
        try await front.furnish()
        try await front.identity.desk.ensureFirstAdministrator(password: "a long password")
        try await front.front.application().test(.router) { client in
            var furnished = FurnishedFront(front: front, client: client)
            try await furnished.furnish()
            try await body(furnished)
        }
    }

    private init(front: FrontFixture, client: any TestClientProtocol) {
        self.front = front
        self.client = client
    }

    private mutating func furnish() async throws {
        try await logIn("admin", .admin)
        let bob = #"{"username":"bob","email":"bob@example.com","password":"a long password","full_name":"Bob"}"#
        _ = try await request(.post, "/api/auth/register", as: .admin, bob)
        try await logIn("bob", .analyst)
        let service = try await request(.post, "/api/auth/services", as: .admin, #"{"username":"soar"}"#)
        tokens[.service] = try #require(service["credential"]?.stringValue)
        for analysisID in ["a1", "a2", "a3"] {
            _ = try await request(.post, "/api/decisions/submit", as: .service, Self.analysis(analysisID))
        }
        let approval = #"{"status":"approved","approved_actions":["block_ip"]}"#
        _ = try await request(.post, "/api/decisions/a2/decide", as: .analyst, approval)
        _ = try await request(.post, "/api/decisions/a3/escalate?escalation_reason=large", as: .analyst)
    }

    private mutating func logIn(_ username: String, _ sender: Sender) async throws {
        let answer = try await request(
            .post, "/api/auth/login", headers: [.contentType: "application/x-www-form-urlencoded"],
            "username=\(username)&password=a+long+password")
        tokens[sender] = try #require(answer["access_token"]?.stringValue)
        refreshToken = answer["refresh_token"]?.stringValue ?? ""
    }

    func request(
        _ method: HTTPRequest.Method, _ path: String, as sender: Sender = .nobody, headers: HTTPFields = [:],
        _ body: String? = nil
    ) async throws -> Answer {
        try await request(method, path, as: sender, headers: headers, bytes: body.map { Array($0.utf8) })
    }

    func request(
        _ method: HTTPRequest.Method, _ path: String, as sender: Sender, headers: HTTPFields = [:], bytes: [UInt8]?
    ) async throws -> Answer {
        var headers = headers
        if let token = tokens[sender] { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
        }
    }

    static func analysis(_ analysisID: String) -> String {
        """
        {"analysis_id":"\(analysisID)","incident_id":null,"threat_level":"APT","source_ip":"203.0.113.9",\
        "attributed_actor":"APT28","confidence":87.5,"iocs":["ip:203.0.113.9"],"ttps":["T1110"],\
        "recommended_actions":["Block the address"],"forensic_summary":"…","priority":"critical",\
        "created_at":"2026-01-15T11:00:00Z"}
        """
    }
}
