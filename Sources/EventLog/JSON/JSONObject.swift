/// The members of a JSON object, in the order in which they were written.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    package init(_ members: [Member] = []) {
        self.members = members
    }

    package var isEmpty: Bool { members.isEmpty }

    /// Adds those whose names are not there yet, and gives back the others.
    @discardableResult
    package mutating func addMissing(_ others: some Sequence<Member>) -> [Member] {
        var places = MemberPlaces(members)
        var others = Array(others)
        others.removeAll { member in
            guard places.place(of: member.key, among: members) == nil else { return false }
            members.append(member)
            places.append(member.key, at: members.count - 1, among: members)
            return true
        }
        return others
    }

    /// Where the member of that name stands among the members.
    package func place(of key: String) -> Int? { members.place(of: key) }

    package subscript(key: String) -> JSON? {
        get { place(of: key).map { members[$0].value } }
        set {
            guard let index = place(of: key) else {
                if let newValue { members.append(Member(key: key, value: newValue)) }
                return
            }
            if let newValue {
                members[index].value = newValue
            } else {
                members.remove(at: index)
            }
        }
    }
}

extension [JSONObject.Member] {
    /// Where the member of that name stands. Names are one where their bytes are (RFC 8259, section 8.3).
    func place(of key: String) -> Int? {
        // The length tells nearly all names apart, and a member is not copied to be looked at.
        let size = key.utf8.count
        for place in indices where self[place].key.utf8.count == size && self[place].key.hasBytes(of: key) {
            return place
        }
        return nil
    }
}
