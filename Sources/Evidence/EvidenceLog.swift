import CoreMetrics
import EventLog
import Foundation
import Ledger
import Logging
import Synchronization
import Transparency

/// The log as a transparency log (C2SP tlog-tiles): tree, signed checkpoints, proofs.
///
/// A thread of its own keeps the tree and signs, so that the writer loses no time over it. It hears of events when they
/// are on the disk, so no checkpoint covers one that could be gone.
package final class EvidenceLog: Sendable {
    package let key: VerifierKey
    package let ledger: Ledger
    package let configuration: EvidenceConfiguration
    let directory: EvidenceDirectory
    private let queue = EvidenceQueue()
    private let state: Mutex<EvidenceState>
    private let metrics: EvidenceMetrics
    private let ended = ThreadEnd()
    private let listening: Mutex<WakeToken?>

    /// Takes up the evidence of the ledger in that data directory, and makes a key where the log never had one.
    ///
    /// A log that does not continue what was published of it is sealed: it can be read, and takes no events.
    ///
    /// - Throws: `EvidenceError` where the key or the published checkpoints cannot be used.
    package init(
        of ledger: Ledger, data: String, configuration: EvidenceConfiguration = EvidenceConfiguration()
    ) throws {
        directory = EvidenceDirectory(data: data)
        let knownSigner = try directory.signingKey()
        let signer = try knownSigner ?? directory.makeKey()
        key = signer.verifier
        self.ledger = ledger
        self.configuration = configuration
        metrics = EvidenceMetrics(factory: configuration.metrics)
        let heads = try Heads(directory, key, configuration.witnesses)
        var initial = EvidenceState()
        initial.note = heads.published
        initial.witnesses = heads.witnesses
        state = Mutex(initial)
        listening = Mutex(nil)
        let check = HistoryCheck(heads.all)
        do {
            let last = try ledger.log.lastPosition
            if heads.all.isEmpty, last > 0 { Self.warn(last, hadKey: knownSigner != nil, configuration.logger) }
            try check.refuseShorter(last)
        } catch let error as EvidenceError {
            breakHistory("\(error)")
        }
        let (queue, ended, directory, log) = (queue, ended, directory, ledger.log)
        listening.withLock { $0 = ledger.listen { queue.append($0) } }
        let maySign: @Sendable () -> Bool = { [weak self] in
            guard let self else { return false }
            return state.withLock { $0.brokenHistory == nil }
        }
        let publish: @Sendable (Publication) -> Void = { [weak self] in self?.publish($0) }
        let fail: @Sendable (any Error) -> Void = { [weak self] in self?.fail($0) }
        let thread = Thread {
            EvidenceWriter(
                key: signer, queue: queue, log: log, directory: directory, published: heads.publishedSize, check: check,
                maySign: maySign, publish: publish, fail: fail
            ).run()
            ended.tell()
        }
        thread.name = "verdict-evidence"
        thread.start()
        queue.requestCheckpoint()
    }

    deinit { queue.close() }

    /// Says that nothing shows whether the events that are there already are those that were recorded.
    private static func warn(_ events: Position, hadKey: Bool, _ logger: Logger) {
        logger.warning(
            """
            the log has events, and no checkpoint of them is known: they are signed as they are now. Whoever has an earlier \
            checkpoint can compare it with `verdict verify --checkpoint`
            """,
            metadata: ["events": "\(events)", "key": hadKey ? "known" : "new"])
    }

    // MARK: Reading

    /// The last checkpoint with its signatures; nil before the first.
    package var note: SignedNote? { state.withLock { $0.note } }

    /// The last checkpoint with its tree; nil until the log has been read.
    package var publication: Publication? { state.withLock { $0.publication } }

    package var witnesses: [WitnessState] { state.withLock { $0.witnesses } }

    /// Everything that somebody has to look at, loudest first; empty while all is well.
    package var alarms: [String] {
        state.withLock { state in
            [state.brokenHistory, state.trouble].compactMap { $0 } + state.witnesses.compactMap(\.refusal)
        }
    }

    /// A checkpoint that covers the events up to there, signed now if need be.
    ///
    /// - Throws: `EvidenceError`.
    package func publication(covering position: Position) async throws -> Publication {
        guard position >= 0, position <= (try ledger.log.lastPosition) else {
            throw EvidenceError.noSuchEvent(position)
        }
        let result: Result<Publication, EvidenceError> = await withCheckedContinuation { continuation in
            let known: Result<Publication, EvidenceError>? = state.withLock { state in
                if let reason = state.brokenHistory { return .failure(.historyBroken(reason)) }
                if let publication = state.publication, publication.size >= position { return .success(publication) }
                if state.isClosed { return .failure(.closed) }
                state.waiters.append(EvidenceState.Waiter(size: position, continuation: continuation))
                return nil
            }
            if let known { return continuation.resume(returning: known) }
            queue.requestCheckpoint()
        }
        return try result.get()
    }

    /// Publishes a checkpoint of the whole log, unless there is one.
    ///
    /// - Throws: `EvidenceError`.
    @discardableResult
    package func publishNow() async throws -> Publication {
        try await publication(covering: try ledger.log.lastPosition)
    }

    /// Has a checkpoint made soon if there are events without one, or the last attempt failed. Does not wait.
    func publishIfBehind() {
        guard let last = try? ledger.log.lastPosition else { return }
        let isBehind = state.withLock { state in
            guard state.brokenHistory == nil else { return false }
            return state.trouble != nil || (state.publication.map { $0.size < last } ?? true)
        }
        if isBehind { queue.requestCheckpoint() }
    }

    /// The proofs of these events under one checkpoint.
    ///
    /// An event that is not what was logged breaks the history: it is said as loudly as at the start.
    package func proofs(of events: [RecordedEvent], in publication: Publication) throws -> [LogProof] {
        do {
            return try publication.proofs(of: events)
        } catch let error as EvidenceError {
            if case .historyBroken(let sentence) = error { breakHistory(sentence) }
            throw error
        }
    }

    /// How the log said that it is the one that was called otherwise before; oldest first.
    package func successions() throws -> [SignedNote] { try directory.successions() }

    // MARK: What the thread says

    private func publish(_ made: Publication) {
        var publication = made
        let (waiters, followers) = state.withLock { state in
            state.trouble = nil
            // The cosignatures of a checkpoint of an earlier run are known already.
            if let known = state.note, known.text == publication.note.text { publication.note = known }
            if publication.size > (state.publication?.size ?? -1) {
                state.publication = publication
                state.note = publication.note
            }
            let served = state.waiters.filter { $0.size <= publication.size }
            state.waiters.removeAll { $0.size <= publication.size }
            return (served, Array(state.followers.values))
        }
        metrics.checkpoints.increment()
        metrics.size.record(publication.size)
        metrics.alarm.record(alarms.isEmpty ? 0 : 1)
        for waiter in waiters { waiter.continuation.resume(returning: .success(publication)) }
        for follower in followers { follower.yield(publication) }
    }

    private func fail(_ error: any Error) {
        if case EvidenceError.historyBroken(let sentence) = error { return breakHistory(sentence) }
        let (waiters, isNew) = state.withLock { state in
            let before = state.trouble
            state.trouble = "no checkpoint can be made: \(error)"
            defer { state.waiters = [] }
            return (state.waiters, state.trouble != before)
        }
        if isNew { configuration.logger.error("no checkpoint can be made", metadata: ["error": "\(error)"]) }
        metrics.alarm.record(1)
        let reason = error as? EvidenceError ?? .file(.unreadable(path: directory.eventsPath, reason: "\(error)"))
        for waiter in waiters { waiter.continuation.resume(returning: .failure(reason)) }
    }

    private func breakHistory(_ sentence: String) {
        let advice =
            """
            \(sentence). Nothing is signed and nothing is recorded any more; put the right file back, with the events.db-wal \
            that belongs to it, or start a new origin with `verdict keys rotate`
            """
        // Before anybody hears of it: from then on nothing may be recorded.
        ledger.seal(because: advice)
        let (waiters, isNew) = state.withLock { state in
            let isNew = state.brokenHistory == nil
            if isNew { state.brokenHistory = advice }
            state.publication = nil
            defer { state.waiters = [] }
            return (state.waiters, isNew)
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(.historyBroken(advice))) }
        guard isNew else { return }
        configuration.logger.critical("the log does not continue its own history", metadata: ["reason": "\(advice)"])
        metrics.alarm.record(1)
    }

    // MARK: Witnesses

    /// Every checkpoint from the present one on; a slow follower gets the latest only.
    func publications() -> AsyncStream<Publication> {
        let (stream, continuation) = AsyncStream<Publication>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = UUID()
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.followers[id] = nil }
        }
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            state.followers[id] = continuation
            if let publication = state.publication { continuation.yield(publication) }
            return false
        }
        if isClosed { continuation.finish() }
        return stream
    }

    /// Takes over what came of asking a witness, and keeps the checkpoint that it has signed.
    func record(_ outcome: WitnessOutcome, of witness: Witness) throws {
        if case .cosigned(let publication, let cosignature) = outcome {
            let signed = publication.note.keeping(cosignature)
            try directory.write(signed, to: directory.cosignedPath(witness.key))
        }
        let isNew = state.withLock { state -> Bool in
            guard let place = state.witnesses.firstIndex(where: { $0.witness.key == witness.key }) else { return false }
            let before = state.witnesses[place]
            switch outcome {
            case .cosigned(let publication, let cosignature):
                state.witnesses[place] = WitnessState(witness: witness, size: publication.size)
                if state.note?.text == publication.note.text { state.note = state.note?.keeping(cosignature) }
                if state.publication?.size == publication.size, let note = state.note { state.publication?.note = note }
                return before.refusal != nil || before.failure != nil
            case .refused(let reason):
                state.witnesses[place].refusal = "the witness \(witness.key.name) refuses to sign: \(reason)"
                return before.refusal != state.witnesses[place].refusal
            case .failed(let reason):
                state.witnesses[place].failure = reason
                return before.failure != reason
            }
        }
        report(outcome, of: witness, isNew: isNew)
    }

    private func report(_ outcome: WitnessOutcome, of witness: Witness, isNew: Bool) {
        let (name, logger) = (witness.key.name, configuration.logger)
        switch outcome {
        case .cosigned(let publication, _):
            metrics.cosignedSize(by: name).record(publication.size)
            metrics.refusal(by: name).record(0)
            if isNew { logger.notice("the witness signs again", metadata: ["witness": "\(name)"]) }
        case .refused(let reason):
            metrics.refusal(by: name).record(1)
            if isNew {
                logger.critical("the witness refuses to sign", metadata: ["witness": "\(name)", "reason": "\(reason)"])
            }
        case .failed(let reason):
            metrics.failures(of: name).increment()
            if isNew {
                logger.warning("the witness cannot be asked", metadata: ["witness": "\(name)", "reason": "\(reason)"])
            }
        }
        metrics.alarm.record(alarms.isEmpty ? 0 : 1)
    }

    // MARK: The end

    /// Publishes what is left and stops the thread. To be called while the ledger is still open.
    ///
    /// A log that has not been read whole yet is left as it is: reading it again at the next start costs nobody anything.
    package func close() async {
        listening.withLock { $0 = nil }
        if state.withLock({ !$0.isClosed && $0.publication != nil }) { _ = try? await publishNow() }
        let (isFirst, followers) = state.withLock { state in
            defer { (state.isClosed, state.followers) = (true, [:]) }
            return (!state.isClosed, Array(state.followers.values))
        }
        guard isFirst else { return }
        // The end of one is told at once, and to somebody who takes the lock.
        for follower in followers { follower.finish() }
        queue.close()
        await ended.wait()
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(.closed)) }
    }
}

extension SignedNote {
    /// The note with that signature, in place of an earlier one of the same key.
    fileprivate func keeping(_ signature: NoteSignature) -> SignedNote {
        let others = signatures.filter { $0.name != signature.name || $0.id != signature.id }
        return SignedNote(text: text, signatures: others + [signature])
    }
}
