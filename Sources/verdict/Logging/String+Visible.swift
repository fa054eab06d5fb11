extension String {
    /// The text with its control characters written out. Messages carry texts that callers send: a line break in one
    /// would forge a second line, and an escape character would command the reader's terminal.
    var visible: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var visible = ""
        for scalar in unicodeScalars {
            if Self.isControl(scalar) {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
