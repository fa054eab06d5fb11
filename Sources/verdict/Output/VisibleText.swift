/// Text of others as one line of a terminal, which it cannot steer: what has no picture of its own is written as an escape.
enum VisibleText {
    /// - Parameter lengthMax: in characters; what is longer ends with an ellipsis.
    static func line(_ text: String, lengthMax: Int = .max) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line.append(contentsOf: "\\n".unicodeScalars)
            case "\t": line.append(contentsOf: "\\t".unicodeScalars)
            default:
                if isVisible(scalar) {
                    line.append(scalar)
                } else {
                    line.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
                }
            }
        }
        let whole = String(line)
        guard lengthMax < whole.utf8.count, whole.count > lengthMax else { return whole }
        return whole.prefix(lengthMax - 1) + "…"
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Formats turn the direction of writing, or join what stands apart.
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
    }
}
