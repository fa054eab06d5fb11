import Foundation
import GRDB

// GRDB writes and reads a `String` only as far as its first NUL, and callers do write NULs. Such texts travel as bytes:
// `CAST(? AS TEXT)` in the statement, `wholeText` on both sides. It takes the row of a cursor: `fetchOne` and `fetchAll`
// hand out copies, whose texts are cut already.

extension String {
    /// The text with all of its bytes, for a parameter inside `CAST(? AS TEXT)`.
    var wholeText: Data { Data(utf8) }
}

extension Row {
    /// A text with all of its bytes; empty for null.
    func wholeText(at index: Int) throws -> String {
        try optionalWholeText(at: index) ?? ""
    }

    func optionalWholeText(at index: Int) throws -> String? {
        try withUnsafeData(atIndex: index) { data in data.map { String(decoding: $0, as: UTF8.self) } }
    }
}
