import EventLog

/// Users in aligned columns.
enum UserTable {
    private static let columnGap = "  "

    /// - Parameter users: objects of hitl-api 14.4.
    static func text(of users: [JSON]) -> String {
        let head = ["NAME", "ROLE", "RANK", "ACTIVE", "2FA", "LAST LOGIN", "EMAIL", "FULL NAME"]
        let rows = [head] + users.map(cells)
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return padded.joined(separator: columnGap).trimmingSpacesBehind
        }.joined(separator: "\n")
    }

    private static func cells(of user: JSON) -> [String] {
        let text = { (name: String) in user[name]?.stringValue ?? "" }
        let truth = { (name: String) in user[name]?.boolValue == true ? "yes" : "no" }
        return [
            text("username"), text("role"), orDash(text("rank")), truth("is_active"), truth("is_2fa_enabled"),
            orDash(text("last_login")), orDash(text("email")), orDash(text("full_name")),
        ]
    }

    /// An empty cell would make the next one look like its own.
    private static func orDash(_ text: String) -> String { text.isEmpty ? "-" : text }
}

extension String {
    fileprivate var trimmingSpacesBehind: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
