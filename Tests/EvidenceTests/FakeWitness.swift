import Evidence
import Synchronization
import Transparency

/// A witness in the process of the test, as the specification describes it, which can be made to behave otherwise.
final class FakeWitness: Sendable {
    struct State {
        var size = 0
        var root = MerkleHash.emptyTree
        /// Answers before the witness looks at the request.
        var scripted: [WitnessAnswer] = []
        var requests: [String] = []
    }

    let key: SigningKey
    let state = Mutex(State())

    init(_ name: String = "witness.example/w1") throws {
        key = try SigningKey(name: name, algorithm: .cosignature)
    }

    var witness: Witness {
        get throws { try Witness(key: key.verifier.description, url: "http://127.0.0.1:9") }
    }

    var size: Int { state.withLock { $0.size } }

    func script(_ answers: WitnessAnswer...) {
        state.withLock { $0.scripted += answers }
    }

    func answer(_ request: WitnessRequest) throws -> WitnessAnswer {
        try state.withLock { state in
            state.requests.append(request.body)
            if !state.scripted.isEmpty { return state.scripted.removeFirst() }
            let checkpoint = try Checkpoint(text: request.note.text)
            guard request.proof.oldSize == state.size else {
                return WitnessAnswer(status: 409, body: "\(state.size)\n")
            }
            guard request.proof.size == checkpoint.size, request.proof.proves(state.root, in: checkpoint.root) else {
                return WitnessAnswer(status: 422, body: "")
            }
            (state.size, state.root) = (checkpoint.size, checkpoint.root)
            let line = try key.sign(request.note.text, at: 1_800_000_000).line
            return WitnessAnswer(status: 200, body: "\(line)\n")
        }
    }

    /// Feeds the witness until there is nothing more to hear.
    func fedToTheEnd(by evidence: EvidenceLog) async throws {
        await WitnessFeeder(evidence: evidence, witness: try witness) { [self] in try answer($0) }.run()
    }

    /// Feeds the witness until the closure is done.
    func fed(by evidence: EvidenceLog, _ body: () async throws -> Void) async throws {
        let feeder = WitnessFeeder(evidence: evidence, witness: try witness) { [self] in try answer($0) }
        let running = Task { await feeder.run() }
        defer { running.cancel() }
        try await body()
    }
}

/// Asks again and again until the condition holds, as far as the test's time goes.
func wait(until isMet: () throws -> Bool) async throws {
    while try !isMet() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
