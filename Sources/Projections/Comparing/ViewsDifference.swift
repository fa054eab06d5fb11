/// Something in which read models are not what their log says.
package enum ViewsDifference: Sendable, Hashable {
    /// The last event that they have seen is not in the log, or another one stands in its place.
    case otherLog(position: Int)
    /// A table, an index or a trigger is not there.
    case missingItem(String)
    /// A table, an index or a trigger is none of theirs.
    case strangeItem(String)
    /// A table, an index or a trigger is not as it should be; the rows of such a table are not compared.
    case otherItem(String)
    case missingRow(TableRow)
    case strangeRow(TableRow)
    case changedRow(TableRow, columns: [String])
}

/// A row, named by its key.
package struct TableRow: Sendable, Hashable, CustomStringConvertible {
    package let table: String
    /// As it is shown: `submitted_position 7`.
    package let key: String

    package var description: String { "\(table), \(key)" }
}

extension ViewsDifference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherLog(let position): "its last event, \(position), is not the one that the log has there"
        case .missingItem(let name): "the \(name) is missing"
        case .strangeItem(let name): "the \(name) is none of verdict's"
        case .otherItem(let name): "the \(name) is not as verdict makes it"
        case .missingRow(let row): "\(row): the row is missing"
        case .strangeRow(let row): "\(row): there is no such row by the log"
        case .changedRow(let row, let columns): "\(row): not what the log says: \(columns.joined(separator: ", "))"
        }
    }
}
