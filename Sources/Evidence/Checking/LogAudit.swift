import EventLog
import Transparency

/// Reads a whole log and compares it with every checkpoint of it that is known: the last that it published, the last that
/// each witness has signed, and those that somebody brings along.
package struct LogAudit: Sendable {
    /// What somebody brings along, such as the checkpoint that a witness serves.
    package struct Brought: Sendable {
        package let name: String
        package let note: SignedNote

        package init(name: String, note: SignedNote) {
            self.name = name
            self.note = note
        }
    }

    package struct Report: Sendable {
        package var events = 0
        /// The checkpoints that the log agrees with, as they stand in a sentence.
        package var confirmed: [String] = []
        /// Everything that is wrong; empty for a log that nobody has changed.
        package var findings: [String] = []
    }

    /// Findings that are listed one by one.
    private static let changedMax = 10

    private let log: any EventStore
    private let directory: EvidenceDirectory
    private let key: VerifierKey
    private let witnesses: [VerifierKey]

    package init(log: any EventStore, data: String, key: VerifierKey, witnesses: [VerifierKey] = []) {
        self.log = log
        directory = EvidenceDirectory(data: data)
        self.key = key
        self.witnesses = witnesses
    }

    /// - Throws: `EventStoreError` and `EvidenceError` where something cannot be read.
    package func run(_ brought: [Brought] = []) throws -> Report {
        var report = Report()
        var heads = try heads(brought, &report)[...]
        if heads.isEmpty, report.findings.isEmpty {
            report.findings.append("no checkpoint of \(key.name) is known here")
        }
        let last = try log.lastPosition
        for head in heads where head.size > last {
            report.findings.append(
                "\(head.source) covers \(head.size) events, but the log has \(last): events are gone")
        }
        var tree = LogTree()
        var changed: [Position] = []
        var wrongTiles: [Tile] = []
        // Events that are as somebody has seen them: a head, or tiles from the first event on.
        var unchanged = 0
        compare(&heads, tree.edge, &report, &unchanged)
        do {
            try tree.catchUp(with: log, to: last) { tree in
                for (tile, hashes) in tree.takeFullTiles() {
                    if let found = try? directory.read(directory.tilePath(tile)), found != hashes.tileBytes {
                        wrongTiles.append(tile)
                    }
                    guard tile.level == 0, let differences = differences(tile, hashes) else { continue }
                    changed += differences
                    let first = tile.index * Tile.widthMax
                    if differences.isEmpty, unchanged >= first { unchanged = max(unchanged, first + hashes.count) }
                }
                compare(&heads, tree.edge, &report, &unchanged)
            }
        } catch let error as EventStoreError {
            report.findings.append("\(error)")
        }
        report.events = tree.size
        // Tiles are derived: beside a wrong root they say where to look, beside a right one they are wrong themselves.
        if report.findings.isEmpty {
            report.findings += wrongTiles.prefix(Self.changedMax).map {
                "\($0.path) is not the tile of these events; `verdict rebuild` writes it again"
            }
        } else if !changed.isEmpty {
            let listed = changed.prefix(Self.changedMax).map(String.init).joined(separator: ", ")
            let more = changed.count > Self.changedMax ? " and \(changed.count - Self.changedMax) more" : ""
            report.findings.append("not as they were hashed when they were logged: the events \(listed)\(more)")
        }
        return report
    }

    /// All known heads, smallest first.
    private func heads(_ brought: [Brought], _ report: inout Report) throws -> [HistoryCheck.Head] {
        var known: [Brought] = []
        if let published = try directory.note(at: directory.checkpointPath) {
            known.append(Brought(name: "the last published checkpoint", note: published))
        }
        known += try directory.cosigned().map { Brought(name: "the checkpoint signed by \(names($0))", note: $0) }
        var heads: [HistoryCheck.Head] = []
        for item in known + brought {
            do throws(NoteError) {
                _ = try item.note.verify([key] + witnesses)
                let checkpoint = try item.note.checkpoint(of: key)
                heads.append(HistoryCheck.Head(size: checkpoint.size, root: checkpoint.root, source: item.name))
            } catch {
                report.findings.append("\(item.name) is no checkpoint of \(key.name): \(error)")
            }
        }
        return heads.sorted { $0.size < $1.size }
    }

    private func names(_ note: SignedNote) -> String {
        note.signatures.map(\.name).filter { $0 != key.name }.joined(separator: ", ")
    }

    private func compare(
        _ heads: inout ArraySlice<HistoryCheck.Head>, _ edge: TileEdge, _ report: inout Report,
        _ unchanged: inout Position
    ) {
        while let head = heads.first, head.size <= edge.size {
            heads.removeFirst()
            if head.root == edge.root {
                report.confirmed.append("\(head.source) (\(head.size) events)")
                unchanged = max(unchanged, head.size)
            } else {
                let place =
                    0 < unchanged && unchanged < head.size
                    ? ": one at least of the events \(unchanged + 1) to \(head.size) was changed" : ""
                report.findings.append("the first \(head.size) events are not those that \(head.source) covers\(place)")
            }
        }
    }

    /// The events of a tile that were hashed otherwise when the tile was written; nil where there is no such tile.
    private func differences(_ tile: Tile, _ hashes: [MerkleHash]) -> [Position]? {
        guard let bytes = try? directory.read(directory.tilePath(tile)), let written = [MerkleHash](tileBytes: bytes),
            written.count == hashes.count
        else { return nil }
        let first = tile.index * Tile.widthMax + 1
        return zip(hashes, written).enumerated().filter { $0.element.0 != $0.element.1 }.map { first + $0.offset }
    }
}
