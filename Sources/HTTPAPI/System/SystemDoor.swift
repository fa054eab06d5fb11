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
    private let deadLetters: Gauge
    private let rebuilds: [String: RebuildGauges]

    init(ledger: Ledger, evidence: EvidenceLog?, metrics: PrometheusMetrics) {
        self.ledger = ledger
        self.evidence = evidence
        self.metrics = metrics
        viewsLag = Gauge(label: "verdict_views_lag_events", factory: metrics)
        deadLetters = Gauge(label: "verdict_dead_letters", factory: metrics)
        rebuilds = Dictionary(
            uniqueKeysWithValues: ViewsModel.all.map { ($0.name, RebuildGauges(projection: $0.name, factory: metrics)) }
        )
    }

    /// Alive as long as the process answers.
    static let livePaths = ["/health/live", "/healthz"]
    /// Ready as long as the log can be written and the views follow it.
    static let readyPaths = ["/health", "/api/health", "/health/ready", "/readyz", "/ws/health"]

    var routes: [Route] {
        [.get("/", banner).needing(.read, .ask), .get("/metrics", scrape).needing(.read, .ask)]
            + Self.livePaths.map { .get($0) { _, _ in health(isReady: true) } }
            + Self.readyPaths.map {
                .get($0) { _, _ in health(isReady: isReady, projections: await notableProjections) }
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
        ledger.health.trouble.map { "The log cannot be written: \($0)" } ?? evidence?.alarms.first
    }

    /// Read models of which there is something to say: that they are being made, or that events could not be taken.
    private var notableProjections: [(status: ViewsStatus, deadLetters: [String: Int])] {
        get async {
            // Health is said also where the views cannot be read.
            let letters = (try? await ledger.deadLetterCounts()) ?? [:]
            return ledger.projections.map { (status: $0, deadLetters: letters[$0.name] ?? [:]) }
                .filter { $0.status.phase != .live || !$0.deadLetters.isEmpty }
        }
    }

    private func health(
        isReady: Bool, projections: [(status: ViewsStatus, deadLetters: [String: Int])] = []
    ) -> Response {
        let trouble = isReady ? nil : trouble
        return Response.object(isReady ? .ok : .serviceUnavailable) { writer in
            writer.member("status", isReady ? "healthy" : "unhealthy")
            writer.member("service", Banner.service)
            writer.member("version", Banner.version)
            writer.member("timestamp", ledger.time.now())
            writer.member("message", trouble ?? "All systems operational")
            writer.object("components") { writer in
                writer.member("decision_queue", isReady)
                writer.member("operator_interface", true)
                writer.member("decision_framework", isReady)
            }
            writer.memberIfPresent("notice", ledger.restorations.notice)
            guard !projections.isEmpty else { return }
            writer.array("projections") { writer in
                for (status, deadLetters) in projections {
                    writer.object { writer in
                        writer.member("name", status.name)
                        writer.member("phase", status.phase.rawValue)
                        writer.member("progress", status.progress)
                        writer.counts("dead_letters", deadLetters)
                    }
                }
            }
        }
    }

    @Sendable private func scrape(_ request: Request, _ context: FrontContext) async throws -> Response {
        viewsLag.record(ledger.health.viewsLag)
        deadLetters.record(try await ledger.deadLetterCounts().values.flatMap(\.values).reduce(0, +))
        for status in ledger.projections { rebuilds[status.name]?.record(status) }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
    }
}
