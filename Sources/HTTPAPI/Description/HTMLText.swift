import Foundation

/// Text as it must stand in HTML.
enum HTMLText {
    /// Nothing in it is markup, in attributes neither.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    static func code(_ text: String) -> String { "<code>\(escaped(text))</code>" }

    /// The little of Markdown that descriptions use: paragraphs, `code` and **bold**.
    static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(line(String($0)))</p>" }.joined(separator: "\n")
    }

    static func line(_ text: String) -> String {
        marked(marked(escaped(text), by: "`", as: "code"), by: "**", as: "strong")
    }

    private static func marked(_ text: String, by mark: String, as element: String) -> String {
        let parts = text.components(separatedBy: mark)
        return parts.enumerated().map { index, part in
            index % 2 == 1 ? "<\(element)>\(part)</\(element)>" : part
        }.joined()
    }
}
