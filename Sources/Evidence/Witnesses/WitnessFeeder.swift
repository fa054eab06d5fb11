import EventLog
import Ledger
import Logging
import Transparency

/// Submits every new checkpoint to one witness. While it waits for one that is down, the latest checkpoint waits with it,
/// and nobody else does.
package struct WitnessFeeder: Sendable {
    private static let retryMax = Interval.minutes(1)

    private let evidence: EvidenceLog
    private let client: WitnessClient

    /// - Parameter send: carries a request to the witness.
    package init(
        evidence: EvidenceLog, witness: Witness,
        send: @escaping @Sendable (WitnessRequest) async throws -> WitnessAnswer
    ) {
        self.evidence = evidence
        client = WitnessClient(witness: witness, send: send)
    }

    /// Runs until the task is cancelled or the evidence is closed.
    package func run() async {
        var retry = evidence.configuration.witnessRetry
        for await _ in evidence.publications() {
            while let latest = evidence.publication, latest.size > known {
                let outcome = await client.submit(latest, known: known)
                do {
                    try evidence.record(outcome, of: client.witness)
                } catch {
                    evidence.configuration.logger.error(
                        "the checkpoint that a witness has signed is not kept", metadata: ["error": "\(error)"])
                }
                if case .cosigned = outcome {
                    retry = evidence.configuration.witnessRetry
                    continue
                }
                let time = evidence.ledger.time
                let deadline = time.now() + retry
                while time.now() < deadline {
                    do {
                        try await time.wait(until: deadline)
                    } catch {
                        return
                    }
                }
                retry = min(Interval(microseconds: 2 * retry.microseconds), Self.retryMax)
            }
        }
    }

    private var known: Int {
        evidence.witnesses.first { $0.witness.key == client.witness.key }?.size ?? 0
    }
}
