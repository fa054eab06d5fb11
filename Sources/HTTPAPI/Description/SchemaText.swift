import EventLog

/// Says in HTML what a schema permits.
enum SchemaText {
    /// In a line; of an object with members only that it is one.
    static func line(_ schema: JSON) -> String {
        if let reference = schema["$ref"]?.stringValue {
            let name = HTMLText.escaped(SchemaReference.name(reference))
            return ##"<a href="#schema-\##(name)">\##(name)</a>"##
        }
        if let constant = schema["const"] { return HTMLText.code(constant.text) }
        if let words = schema["enum"]?.arrayValue {
            let texts = words.map { $0.stringValue ?? $0.text }
            // A word in both cases is one word to who reads it.
            let shown = texts.filter { $0 == $0.lowercased() || !texts.contains($0.lowercased()) }
            return shown.map(HTMLText.code).joined(separator: " ")
        }
        if let choices = schema["anyOf"]?.arrayValue, schema["properties"] == nil {
            return choices.map(line).joined(separator: " or ")
        }
        if let element = schema["items"] { return "list of \(line(element))" }
        let types = schema["type"]?.arrayValue ?? [schema["type"]].compactMap(\.self)
        let names = types.compactMap(\.stringValue).joined(separator: " or ")
        return HTMLText.escaped(([names.isEmpty ? "anything" : names] + limits(of: schema)).joined(separator: ", "))
    }

    private static func limits(of schema: JSON) -> [String] {
        let phrases = [
            ("format", "…"), ("minimum", "at least …"), ("maximum", "at most …"), ("minLength", "… characters or more"),
            ("maxLength", "… characters at most"), ("pattern", "matching …"), ("default", "by default …"),
        ]
        return phrases.compactMap { keyword, phrase in
            schema[keyword].map { phrase.replacing("…", with: $0.stringValue ?? $0.text) }
        }
    }

    /// A table of the members of an object, those of objects in it below; nothing for any other schema.
    static func members(_ schema: JSON) -> String {
        guard let members = schema["properties"]?.objectValue?.members else { return "" }
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        let rows = members.map { member in
            let need = required.contains(member.key) ? " <em>required</em>" : ""
            let meaning = member.value["description"]?.stringValue.map { HTMLText.line($0) } ?? ""
            return """
                <tr><td>\(HTMLText.code(member.key))\(need)</td><td>\(line(member.value))\(inner(member.value))</td>\
                <td>\(meaning)</td></tr>
                """
        }
        return "<table><tr><th>member</th><th>value</th><th>meaning</th></tr>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private static func inner(_ schema: JSON) -> String {
        let parts = [schema] + (schema["anyOf"]?.arrayValue ?? []) + [schema["items"]].compactMap(\.self)
        return parts.map(members).joined()
    }
}
