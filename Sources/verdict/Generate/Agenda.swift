import EventLog

/// What will happen, earliest first; what is due at the same time in the order in which it was put here.
struct Agenda: Sendable {
    private struct Entry {
        let time: Timestamp
        let sequence: Int
        let happening: Happening

        func isBefore(_ other: Entry) -> Bool {
            time == other.time ? sequence < other.sequence : time < other.time
        }
    }

    /// A binary heap: no entry is before the one at half its place.
    private var heap: [Entry] = []
    private var nextSequence = 0

    mutating func put(_ happening: Happening, at time: Timestamp) {
        heap.append(Entry(time: time, sequence: nextSequence, happening: happening))
        nextSequence += 1
        var place = heap.count - 1
        while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func takeFirst() -> (time: Timestamp, happening: Happening)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.happening)
    }

    private mutating func sink() {
        var place = 0
        while true {
            var earliest = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[earliest])
            {
                earliest = child
            }
            guard earliest != place else { return }
            heap.swapAt(place, earliest)
            place = earliest
        }
    }
}
