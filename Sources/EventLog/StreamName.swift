/// The name of a stream: a category and an id, `decision/block-1`.
package struct StreamName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(category: String, id: String) {
        text = "\(category)/\(id)"
    }

    package init(text: String) {
        self.text = text
    }

    package var category: Substring { text.prefix { $0 != "/" } }

    /// What follows the first slash.
    package var id: Substring { text.drop { $0 != "/" }.dropFirst() }

    package var description: String { text }

    package static func == (left: StreamName, right: StreamName) -> Bool { left.text.hasBytes(of: right.text) }
}
