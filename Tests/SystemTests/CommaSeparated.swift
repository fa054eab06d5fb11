/// Reads comma-separated values as RFC 4180 has them, without any code of the server.
enum CommaSeparated {
    static func rows(of text: String) -> [[String]] {
        var rows: [[String]] = []
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                field.append("\"")
                scalars.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(String(field))
                field = String.UnicodeScalarView()
            case ("\r", false) where scalars.first == "\n":
                scalars.removeFirst()
                rows.append(fields + [String(field)])
                (fields, field) = ([], String.UnicodeScalarView())
            default: field.append(scalar)
            }
        }
        return rows
    }
}
