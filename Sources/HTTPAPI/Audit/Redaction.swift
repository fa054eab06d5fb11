import EventLog
import Projections

/// Takes personal data out of what is shown (governance-api 9). What is stored stays as it is.
package enum Redaction {
    static let mark: JSON = "[REDACTED]"

    /// The same with the mark in place of every value that stands under a personal name, however deep.
    package static func redacted(_ value: JSON) -> JSON {
        switch value {
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { member in
                        JSONObject.Member(
                            key: member.key,
                            value: PersonalData.isName(member.key) ? mark : redacted(member.value))
                    }))
        case .array(let elements): .array(elements.map(redacted))
        case .null, .bool, .number, .string: value
        }
    }
}
