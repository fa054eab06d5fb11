import EventLog
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Testing
import VerdictTesting

/// A front on a log with a random history, for any number of requests.
struct AuditFront: Sendable {
    static let base = "/api/v1/audit"

    let front: FrontFixture
    private let client: any TestClientProtocol

    static func run(
        seed: UInt64 = 1, decisions: Int = 150, _ body: @Sendable @escaping (AuditFront) async throws -> Void
    ) async throws {
        let front = try FrontFixture()
        var history = AuditHistory(in: front.fixture.ledger.log, seed: seed, from: front.fixture.time.now())
        try history.append(decisions: decisions)
        try await front.front.application().test(.router) { client in
            try await body(AuditFront(front: front, client: client))
        }
    }

    /// A request under `/api/v1/audit`.
    func get(_ path: String, accept: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        var headers = headers
        headers[.accept] = accept
        return try await client.execute(uri: Self.base + path, method: .get, headers: headers) { response in
            Answer(status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
        }
    }

    /// The entries of a page.
    func entries(_ query: String = "") async throws -> [JSON] {
        let answer = try await get("/events?\(query)")
        #expect(answer.status == .ok, "\(query): \(answer.text)")
        return answer["audit_entries"]?.arrayValue ?? []
    }

    /// All entries of a question: as the cursors of its pages lead.
    func allEntries(_ query: String = "", size: Int = 1000, meanwhile: () async throws -> Void = {}) async throws
        -> [JSON]
    {
        var entries: [JSON] = []
        var cursor = ""
        while true {
            let answer = try await get("/events?\(query)&limit=\(size)\(cursor)")
            #expect(answer.status == .ok, "\(query): \(answer.text)")
            entries += answer["audit_entries"]?.arrayValue ?? []
            guard let next = answer["next_cursor"]?.stringValue else { return entries }
            cursor = "&cursor=\(next)"
            try await meanwhile()
        }
    }
}

extension JSON {
    /// A member of a member: `decision_snapshot.metadata`.
    func at(_ path: String) -> JSON? {
        path.split(separator: ".").reduce(self as JSON?) { $0?[String($1)] }
    }

    func text(_ path: String) -> String? { at(path)?.stringValue }
}
