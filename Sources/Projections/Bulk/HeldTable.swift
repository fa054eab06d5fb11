/// Finds held decisions by the hash of their ids.
///
/// Two that are alike in this cannot both be held. A dictionary would hash the hash once more.
struct HeldTable {
    /// A power of two, at most half full: a search goes on from the place of a hash to the next free one.
    private var decisions: [HeldDecision?] = Array(repeating: nil, count: 1024)
    /// Of the decisions in the same places: looked at without fetching them.
    private var hashes: [UInt64] = Array(repeating: 0, count: 1024)
    private var count = 0

    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (hashes.count - 1) }

    private func next(_ place: Int) -> Int { (place + 1) & (hashes.count - 1) }

    func find(_ hash: UInt64) -> HeldDecision? {
        let hash = Self.used(hash)
        var place = place(hash)
        while hashes[place] != 0 {
            if hashes[place] == hash { return decisions[place] }
            place = next(place)
        }
        return nil
    }

    mutating func insert(_ decision: HeldDecision) {
        if 2 * (count + 1) > hashes.count { grow() }
        let hash = Self.used(decision.hash)
        var place = place(hash)
        while hashes[place] != 0 { place = next(place) }
        hashes[place] = hash
        decisions[place] = decision
        count += 1
    }

    /// Takes out what is held under that hash, and moves those up that stand behind it because of it.
    mutating func remove(_ hash: UInt64) {
        let hash = Self.used(hash)
        var free = place(hash)
        while hashes[free] != hash {
            if hashes[free] == 0 { return }
            free = next(free)
        }
        count -= 1
        var behind = next(free)
        while hashes[behind] != 0 {
            let distance = (behind - place(hashes[behind])) & (hashes.count - 1)
            if distance >= (behind - free) & (hashes.count - 1) {
                hashes[free] = hashes[behind]
                decisions.swapAt(free, behind)
                free = behind
            }
            behind = next(behind)
        }
        hashes[free] = 0
        decisions[free] = nil
    }

    /// 0 says that a place is free.
    private static func used(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    private mutating func grow() {
        let old = decisions
        decisions = Array(repeating: nil, count: 2 * old.count)
        hashes = Array(repeating: 0, count: 2 * old.count)
        count = 0
        for case let decision? in old { insert(decision) }
    }
}
