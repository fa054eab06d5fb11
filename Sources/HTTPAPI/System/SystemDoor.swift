import CoreMetrics
import EventLog
import Evidence
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import NIOCore
import Projections

/// Banner, health and metrics.
struct SystemDoor: Sendable {
    private let ledger: Ledger
    private let evidence: EvidenceLog?
    private let metrics: PrometheusMetrics
    private let viewsLag: Gauge
    private let auditLag: Gauge
    private let deadLetters: Gauge
    private let rebuilds: [String: RebuildGauges]

    init(ledger: Ledger, evidence: EvidenceLog?, metrics: PrometheusMetrics) {
        self.ledger = ledger
        self.evidence = evidence
        self.metrics = metrics
        viewsLag = Gauge(label: "verdict_views_lag_events", factory: metrics)
        auditLag = Gauge(label: "verdict_audit_lag_events", factory: metrics)
        deadLetters = Gauge(label: "verdict_dead_letters", factory: metrics)
        rebuilds = Dictionary(
            uniqueKeysWithValues: ViewsModel.all.map { ($0.name, RebuildGauges(projection: $0.name, factory: metrics)) }
        )
    }

    /// Alive as long as the process answers.
    static let livePaths = ["/health/live", "/healthz"]
    /// Ready as long as the log can be written and the views follow it.
    static let readyPaths = ["/health", "/api/health", "/health/ready", tellingPath, "/ws/health"]
    /// Ours alone says more: the others have the same members everywhere (golden-path 8).
    private static let tellingPath = "/readyz"

    var routes: [Route] {
        [.get("/", banner).needing(.read, .ask), .get("/metrics", scrape).needing(.read, .ask)]
            + Self.livePaths.map { path in .get(path) { _, _ in health(isReady: true) }.answeringOptions() }
            + Self.readyPaths.map { path in
                .get(path) { _, _ in
                    health(isReady: isReady, projections: path == Self.tellingPath ? await notableProjections : [])
                }.answeringOptions()
            }
    }

    @Sendable private func banner(_ request: Request, _ context: FrontContext) async throws -> Response {
        Response.object { writer in
            writer.member("service", Banner.governanceService)
            writer.member("version", Banner.version)
            writer.member("description", "Decisions of people about the actions of programs, recorded for good")
            writer.member("docs", "/docs")
            writer.member("health", "/health")
            writer.member("governance_api", GovernanceDoor.base)
        }
    }

    private var isReady: Bool { trouble == nil }

    /// The first thing that somebody has to look at.
    private var trouble: String? {
        let health = ledger.health
        return health.trouble.map { "The log cannot be written: \($0)" }
            ?? health.viewsTrouble.map { "What is read may be behind the log, which goes on: \($0)" }
            ?? evidence?.alarms.first
    }

    private var notableProjections: [HealthAnswer.Projection] {
        get async {
            // Health is said also where the views cannot be read.
            let letters = (try? await ledger.deadLetterCounts()) ?? [:]
            return ledger.projections.compactMap { status in
                let open = letters[status.name] ?? [:]
                guard status.phase != .live || !open.isEmpty else { return nil }
                return HealthAnswer.Projection(
                    name: status.name, phase: status.phase, progress: status.progress, deadLetters: open)
            }
        }
    }

    private func health(isReady: Bool, projections: [HealthAnswer.Projection] = []) -> Response {
        let trouble = isReady ? nil : trouble
        return HealthAnswer(
            isReady: isReady, message: trouble ?? "All systems operational", time: ledger.time.now(),
            notice: ledger.restorations.notice, projections: projections
        ).response
    }

    @Sendable private func scrape(_ request: Request, _ context: FrontContext) async throws -> Response {
        let health = ledger.health
        viewsLag.record(health.viewsLag)
        auditLag.record(health.auditLag)
        deadLetters.record(try await ledger.deadLetterCounts().values.flatMap(\.values).reduce(0, +))
        for status in ledger.projections { rebuilds[status.name]?.record(status) }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
    }
}
