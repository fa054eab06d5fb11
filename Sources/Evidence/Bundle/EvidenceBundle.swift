import EventLog
import Governance
import Identity
import Ledger
import Transparency

/// All that an auditor needs about one decision, in one file: its events, their proofs, the checkpoint, the key, and a
/// page that says how to check them.
package enum EvidenceBundle {
    static let checkpointName = "checkpoint"
    static let keyName = "key.vkey"
    static let witnessesName = "witnesses.vkey"
    static let pageName = "README.html"
    static let proofSuffix = ".tlog-proof"
    static let entrySuffix = ".json"
    static let payloadSuffix = ".data.json"

    /// The bundle of a decision; nil for one that the log does not know.
    ///
    /// - Throws: `EvidenceError`.
    package static func bytes(ofDecision decisionID: String, from evidence: EvidenceLog) async throws -> [UInt8]? {
        let events = try story(of: decisionID, in: evidence.ledger.log)
        guard let last = events.map(\.position).max() else { return nil }
        let publication = try await evidence.publication(covering: last)
        let proofs = try evidence.proofs(of: events, in: publication)
        let witnesses = evidence.configuration.witnesses.map(\.key)
        let page = BundlePage(decisionID: decisionID, events: events, key: evidence.key, witnesses: witnesses)
        var files = [
            StoredZip.File(name: pageName, bytes: Array(page.html.utf8)),
            StoredZip.File(name: keyName, bytes: Array("\(evidence.key)\n".utf8)),
            StoredZip.File(name: checkpointName, bytes: Array(publication.note.description.utf8)),
        ]
        if !witnesses.isEmpty {
            let text = witnesses.map { "\($0)\n" }.joined()
            files.append(StoredZip.File(name: witnessesName, bytes: Array(text.utf8)))
        }
        for (event, proof) in zip(events, proofs) {
            let name = name(of: event)
            files.append(StoredZip.File(name: name + entrySuffix, bytes: proof.extra ?? []))
            files.append(StoredZip.File(name: name + proofSuffix, bytes: Array(proof.description.utf8)))
            if event.data.count > CloudEvent.dataSizeBytesMax {
                files.append(StoredZip.File(name: name + payloadSuffix, bytes: event.data))
            }
        }
        return StoredZip(files: files).bytes
    }

    static func name(of event: RecordedEvent) -> String {
        let digits = String(event.position)
        return "events/" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }

    /// The events of the decision, and of the sessions and logins in which somebody acted on it: they say who that was.
    private static func story(of decisionID: String, in log: any EventStore) throws -> [RecordedEvent] {
        let events = try log.read(stream: GovernanceEvent.decisionStream(decisionID))
        let sessions = Set(events.compactMap { try? EventMetadata(json: $0.metadata).sessionID })
        let streams = sessions.map(GovernanceEvent.sessionStream) + sessions.map(IdentityEvent.loginStream)
        let acted = try log.read(streams: streams).values.joined()
        return events.isEmpty ? [] : (events + acted).sorted { $0.position < $1.position }
    }
}
