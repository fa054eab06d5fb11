import AsyncHTTPClient
import EventLog
import Ledger
import NIOCore
import ServiceLifecycle

/// What runs beside the server: the clock that has checkpoints made, and the witnesses' feeders.
package struct EvidenceService: Service {
    private let evidence: EvidenceLog

    package init(_ evidence: EvidenceLog) {
        self.evidence = evidence
    }

    package func run() async throws {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // A witness that is not there is tried again by its feeder.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await tick() }
                for witness in evidence.configuration.witnesses {
                    let feeder = WitnessFeeder(
                        evidence: evidence, witness: witness, send: WitnessClient.http(witness, http))
                    group.addTask { await feeder.run() }
                }
                await group.waitForAll()
            }
        }
        try await http.shutdown()
    }

    private func tick() async {
        let time = evidence.ledger.time
        while !Task.isCancelled {
            evidence.publishIfBehind()
            do {
                try await time.wait(until: time.now() + evidence.configuration.checkpointInterval)
            } catch {
                return
            }
        }
    }
}
