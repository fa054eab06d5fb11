import EventLog
import Evidence
import Governance
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Ledger
import Logging
import NIOCore
import VerdictTesting

/// A front on a ledger of its own.
struct FrontFixture: Sendable {
    static let base = "/api/v1/governance"

    var fixture: LedgerFixture
    /// Nil for a front without evidence.
    var evidence: EvidenceLog?
    var configuration: FrontConfiguration
    var logger = Logger.silent
    /// What all fronts of this fixture share.
    var services: IdentityServices

    init(
        _ configureFront: (inout FrontConfiguration) -> Void = { _ in },
        ledger configureLedger: (inout LedgerConfiguration) -> Void = { _ in }
    ) throws {
        fixture = try LedgerFixture { configuration in
            configuration.logger = .silent
            configureLedger(&configuration)
        }
        var configuration = FrontConfiguration()
        configuration.port = 0
        // Only tests that ask for heartbeats see any, however long they take.
        configuration.heartbeatInterval = .hours(1)
        configureFront(&configuration)
        self.configuration = configuration
        var identity = IdentityServices.Configuration()
        identity.passwordCost = .cheap
        services = try IdentityServices(ledger: fixture.ledger, configuration: identity, pool: Self.pool)
    }

    private static let pool = HashingPool()

    var identity: IdentityServices { services }

    var front: Front {
        Front(
            ledger: fixture.ledger, identity: services, evidence: evidence, configuration: configuration,
            logger: logger)
    }

    /// Has checkpoints signed and proofs served.
    mutating func keepEvidence(witnesses: [Witness] = []) throws {
        var configuration = EvidenceConfiguration()
        configuration.logger = .silent
        configuration.witnesses = witnesses
        evidence = try EvidenceLog(of: fixture.ledger, data: fixture.directory.path, configuration: configuration)
    }

    /// One request through the router, without a socket.
    func request(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], bytes: [UInt8]? = nil
    ) async throws -> Answer {
        try await front.application().test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) }
            ) { response in
                Answer(
                    status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
            }
        }
    }

    /// A request under `/api/v1/governance`.
    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await request(.get, Self.base + path, headers: headers)
    }

    /// A request with JSON under `/api/v1/governance`.
    @discardableResult
    func post(_ path: String, _ body: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await request(.post, Self.base + path, headers: headers, bytes: Array(body.utf8))
    }

    /// A session of alice, a pending decision `d1`, an approved one `d2` and a rejected one `d3`.
    func furnish() async throws {
        try await fixture.openSession()
        for decisionID in ["d1", "d2", "d3"] { try await fixture.submit(decisionID) }
        try await fixture.approve("d2")
        try await fixture.reject("d3")
    }
}

extension PasswordCost {
    /// What tests can pay.
    static let cheap = PasswordCost(logarithmOfRounds: 4)
}

extension HTTPField.Name {
    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .accept
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .accept
    static let sessionID = HTTPField.Name("X-Session-ID") ?? .accept
    static let operatorID = HTTPField.Name("X-Operator-ID") ?? .accept
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .accept
}
