/// A text that proves who somebody is. Whatever prints a value that holds one, a log of services for example, prints `***`
/// in its place.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether that is the text; the time that it takes tells nothing of it but its length.
    package func matches(_ other: String) -> Bool {
        Array(text.utf8).elementsEqualInConstantTime(Array(other.utf8))
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
