/// Finds a repeated member name without comparing every pair of names in a large object.
struct MemberPlaces {
    /// Up to here a linear search beats hashing.
    private static let linearMax = 16

    /// By the bytes of the name: a `String` would find canonically equivalent names too.
    private var table: [[UInt8]: Int] = [:]

    init(_ members: [JSONObject.Member] = []) {
        if members.count > Self.linearMax { fill(members) }
    }

    func place(of key: String, among members: [JSONObject.Member]) -> Int? {
        if members.count <= Self.linearMax { return members.place(of: key) }
        return table[Array(key.utf8)]
    }

    mutating func append(_ key: String, at place: Int, among members: [JSONObject.Member]) {
        if members.count <= Self.linearMax { return }
        if table.isEmpty { fill(members) }
        table[Array(key.utf8)] = place
    }

    private mutating func fill(_ members: [JSONObject.Member]) {
        for (place, member) in members.enumerated() { table[Array(member.key.utf8)] = place }
    }
}
