/// The members of a JSON object, in the order in which they were written.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }

        /// Whether that is its name, byte for byte (RFC 8259, section 8.3). To Swift `é` and `e` with a combining
        /// accent are one string; to JSON they are two names.
        func isNamed(_ name: String) -> Bool {
            key == name && key.utf8.elementsEqual(name.utf8)
        }
    }

    package private(set) var members: [Member]

    package init(_ members: [Member] = []) {
        self.members = members
    }

    package var isEmpty: Bool { members.isEmpty }

    package subscript(key: String) -> JSON? {
        get { members.first { $0.isNamed(key) }?.value }
        set {
            guard let index = members.firstIndex(where: { $0.isNamed(key) }) else {
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
