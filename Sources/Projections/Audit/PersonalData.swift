import EventLog

/// Members that tell something of a person, wherever they stand (governance-api 9).
package enum PersonalData {
    package static let names: Set<String> = ["user_email", "user_name", "ip_address", "pii_data"]

    /// Most keys are told apart by these.
    private static let sizes = Set(names.map(\.utf8.count))

    package static func isName(_ key: String) -> Bool {
        sizes.contains(key.utf8.count) && names.contains(key.lowercased())
    }

    /// Whether any member of the value, however deep, has such a name.
    package static func stands(in value: JSON) -> Bool {
        switch value {
        case .object(let object): object.members.contains { isName($0.key) || stands(in: $0.value) }
        case .array(let elements): elements.contains { stands(in: $0) }
        case .null, .bool, .number, .string: false
        }
    }
}
