import Synchronization

/// The streams that are open or about to be, by their tokens. A token that is not here any more is unknown to everybody.
final class StreamRegistry: Sendable {
    private let streams = Mutex<[String: StreamHandle]>([:])
    private let countMax: Int

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// - Returns: false where there are as many streams as there may be.
    func add(_ handle: StreamHandle, token: String) -> Bool {
        streams.withLock { streams in
            guard streams.count < countMax else { return false }
            streams[token] = handle
            return true
        }
    }

    func remove(_ token: String) {
        _ = streams.withLock { $0.removeValue(forKey: token) }
    }

    subscript(token: String) -> StreamHandle? {
        streams.withLock { $0[token] }
    }

    /// Those of the tokens that are known, and the others.
    func find(_ tokens: [String]) -> (known: [StreamHandle], unknown: [String]) {
        streams.withLock { streams in
            var (known, unknown): ([StreamHandle], [String]) = ([], [])
            for token in tokens {
                if let handle = streams[token] { known.append(handle) } else { unknown.append(token) }
            }
            return (known, unknown)
        }
    }

    /// All streams but these.
    func others(than tokens: [String]) -> [StreamHandle] {
        let kept = Set(tokens)
        return streams.withLock { $0.filter { !kept.contains($0.key) }.map(\.value) }
    }
}
