import EventLog
import Transparency

/// Compares a log, while it is read from its first event on, with the heads that were published of it.
struct HistoryCheck: Sendable {
    /// A head that cannot be taken back.
    struct Head: Sendable, Hashable {
        let size: Int
        let root: MerkleHash
        /// Who vouches for it, as it stands in a sentence.
        let source: String
    }

    /// Smallest first.
    private var heads: ArraySlice<Head>

    init(_ heads: [Head]) {
        self.heads = heads.sorted { $0.size < $1.size }[...]
    }

    /// - Throws: `EvidenceError.historyBroken` where a head is larger than the log.
    func refuseShorter(_ last: Position) throws {
        guard let head = heads.last, head.size > last else { return }
        throw EvidenceError.historyBroken(
            "the log has \(last) events, but \(head.source) covers \(head.size): events are gone, or an older file was put back"
        )
    }

    /// - Throws: `EvidenceError.historyBroken` where the tree has the size of a head and another root.
    mutating func compare(_ edge: TileEdge) throws {
        while let head = heads.first, head.size <= edge.size {
            heads.removeFirst()
            guard head.root == edge.root else {
                throw EvidenceError.historyBroken(
                    "the first \(head.size) events are not those that \(head.source) covers: the log was changed")
            }
        }
    }
}
