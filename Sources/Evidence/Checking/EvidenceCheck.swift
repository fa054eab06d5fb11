import Crypto
import EventLog
import Transparency

/// Checks a proof, a bundle or a checkpoint with nothing but its bytes and the keys: no server, no database, no network.
package struct EvidenceCheck: Sendable {
    package let log: VerifierKey
    /// All of them must have signed.
    package let witnesses: [VerifierKey]

    package init(log: VerifierKey, witnesses: [VerifierKey] = []) {
        self.log = log
        self.witnesses = witnesses
    }

    /// Why something is not proven, as a sentence.
    package struct Unproven: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// What the bytes prove, as a sentence.
    ///
    /// - Throws: `Unproven`.
    package func check(_ bytes: [UInt8]) throws(Unproven) -> String {
        if StoredZip.isZip(bytes) { return try check(bundle: bytes) }
        if bytes.starts(with: Array("c2sp.org/tlog-proof@".utf8)) { return try check(proof: bytes) }
        do throws(NoteError) {
            let note = try SignedNote(bytes: bytes)
            let checkpoint = try note.checkpoint(of: log)
            return "The log \(log.name) had \(checkpoint.size) events with the root \(checkpoint.root)"
                + (try signers(of: note)) + "."
        } catch {
            throw Unproven("it is no checkpoint, proof or bundle of \(log.name): \(error)")
        }
    }

    // MARK: A proof

    private func check(proof bytes: [UInt8]) throws(Unproven) -> String {
        let (proof, checkpoint) = try proven(bytes, entry: nil)
        let event = try Event(proof.extra ?? [])
        return "\(event.sentence) is event \(proof.index + 1) of the \(checkpoint.size) in the log \(log.name)"
            + (try signatures(of: proof.note)) + "."
    }

    /// - Parameter entry: the bytes of the event; nil where they have to be in the proof itself.
    private func proven(_ bytes: [UInt8], entry: [UInt8]?) throws(Unproven) -> (LogProof, Checkpoint) {
        let proof: LogProof
        do throws(NoteError) {
            proof = try LogProof(bytes: bytes)
        } catch {
            throw Unproven("it is no proof: \(error)")
        }
        guard let entry = entry ?? proof.extra else {
            throw Unproven("the proof holds no event, so there is nothing that it could prove")
        }
        do throws(LogProof.Problem) {
            return (proof, try proof.verify(entry, log: log))
        } catch {
            throw Unproven("\(error)")
        }
    }

    private func signatures(of note: SignedNote) throws(Unproven) -> String {
        do throws(NoteError) {
            return try signers(of: note)
        } catch {
            throw Unproven("\(error)")
        }
    }

    /// Who has signed beside the log.
    private func signers(of note: SignedNote) throws(NoteError) -> String {
        guard !witnesses.isEmpty else { return "" }
        let signers = try note.verify([log] + witnesses)
        for witness in witnesses where !signers.contains(witness) {
            throw .malformed("the witness \(witness.name) has not signed the checkpoint")
        }
        let texts = witnesses.map { witness in
            let time = note.signature(of: witness).flatMap { Cosignature.time(of: $0) } ?? 0
            return "\(witness.name) at \(Timestamp(seconds: time).rfc3339)"
        }
        return ", witnessed by " + texts.joined(separator: " and ")
    }

    // MARK: A bundle

    private func check(bundle bytes: [UInt8]) throws(Unproven) -> String {
        let files: [String: [UInt8]]
        do throws(StoredZip.Malformed) {
            let zip = try StoredZip(bytes: bytes)
            files = Dictionary(zip.files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
            guard files.count == zip.files.count else { throw .init(description: "it has two files of one name") }
        } catch {
            throw Unproven("it is no bundle: \(error)")
        }
        let names = files.keys.filter { $0.hasSuffix(EvidenceBundle.proofSuffix) }.sorted()
        guard !names.isEmpty else { throw Unproven("it holds no proofs") }
        var (events, notes): ([Event], Set<SignedNote>) = ([], [])
        for name in names {
            let (event, note) = try check(String(name.dropLast(EvidenceBundle.proofSuffix.count)), files)
            events.append(event)
            notes.insert(note)
        }
        guard let note = notes.first, notes.count == 1,
            files[EvidenceBundle.checkpointName] == Array(note.description.utf8)
        else {
            throw Unproven("its proofs do not belong to the one checkpoint in it")
        }
        for name in files.keys
        where name.hasSuffix(EvidenceBundle.entrySuffix) && !name.hasSuffix(EvidenceBundle.payloadSuffix) {
            guard files[name.dropLast(EvidenceBundle.entrySuffix.count) + EvidenceBundle.proofSuffix] != nil else {
                throw Unproven("\(name) has no proof")
            }
        }
        try checkNothingIsMissing(events)
        let size = (try? Checkpoint(text: note.text).size) ?? 0
        // By bytes: to Swift, a combining mark at the beginning of an id belongs to the slash.
        let decisions = Set(events.map(\.subject)).filter { $0.utf8.starts(with: "decision/".utf8) }.sorted()
            .joined(separator: ", ")
        return "\(decisions): all \(events.count) events are among the \(size) in the log \(log.name)"
            + (try signatures(of: note)) + "."
    }

    private func check(_ name: String, _ files: [String: [UInt8]]) throws(Unproven) -> (Event, SignedNote) {
        guard let entry = files[name + EvidenceBundle.entrySuffix] else { throw Unproven("\(name) is missing") }
        let proof: LogProof
        do throws(Unproven) {
            (proof, _) = try proven(files[name + EvidenceBundle.proofSuffix] ?? [], entry: entry)
        } catch {
            throw Unproven("\(name): \(error)")
        }
        guard proof.extra == nil || proof.extra == entry else {
            throw Unproven("\(name): the event beside the proof is not the one in it")
        }
        let event = try Event(entry)
        if let expected = event.payloadHash {
            let payload = files[name + EvidenceBundle.payloadSuffix] ?? []
            guard Hex.text(SHA256.hash(data: payload)) == expected else {
                throw Unproven("\(name): the payload is not the one that the event holds the hash of")
            }
        }
        return (event, proof.note)
    }

    /// Somebody who may not change an event might leave one out.
    private func checkNothingIsMissing(_ events: [Event]) throws(Unproven) {
        for (subject, events) in Dictionary(grouping: events, by: \.subject) {
            guard events.map(\.version).sorted() == Array(1...events.count) else {
                throw Unproven("an event of \(subject) is missing")
            }
        }
    }

    /// What is read of an entry.
    private struct Event {
        let type: String
        let subject: String
        let actor: String
        let time: String
        let version: Int
        let payloadHash: String?

        init(_ entry: [UInt8]) throws(Unproven) {
            guard let json = try? JSONParser.parse(entry), let type = json["type"]?.stringValue,
                let subject = json["subject"]?.stringValue, let actor = json["actor"]?.stringValue,
                let time = json["time"]?.stringValue, let version = json["streamversion"]?.numberValue?.int
            else { throw Unproven("the entry is no event of verdict") }
            self.type = type
            self.subject = subject
            self.actor = actor
            self.time = time
            self.version = version
            payloadHash = json["datasha256"]?.stringValue
        }

        var sentence: String { "\(type) of \(subject) by \(actor) at \(time)" }
    }
}

extension Timestamp {
    fileprivate init(seconds: Int64) {
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: overflow ? .max : microseconds)
    }
}
