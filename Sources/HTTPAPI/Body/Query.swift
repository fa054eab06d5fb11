import EventLog
import Hummingbird
import HummingbirdCore

extension URI {
    /// The values of the query parameters of that name, in their order.
    func queryValues(_ name: String) -> [String] {
        guard let query else { return [] }
        return query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].queryDecoded == name else { return nil }
            return parts.count == 2 ? parts[1].queryDecoded : ""
        }
    }
}

extension StringProtocol {
    /// A name or a value of a query as its sender meant it: forms, and nearly all programs, write a plus for a space. What is no
    /// encoding stands for itself.
    var queryDecoded: String {
        let text = String(self)
        let spaced = text.utf8.contains(UInt8(ascii: "+")) ? text.replacing("+", with: " ") : text
        return spaced.percentDecoded ?? spaced
    }

    /// The text of a time whose plus nobody has escaped, so that it has become a space on its way.
    var withPlusBeforeOffset: String {
        String(self).replacing(#/ (\d\d:?\d\d)$/#) { "+\($0.1)" }
    }
}

extension Request {
    /// The query parameter of that name; the last one of several.
    func query(_ name: String) -> String? { uri.queryValues(name).last }

    /// - Throws: 422 where the parameter is absent.
    func requiredQuery(_ name: String) throws -> String {
        guard let value = query(name) else { throw APIError([.missing(["query", .string(name)], input: nil)]) }
        return value
    }

    /// A whole number between 0 and `max`: larger ones are cut to it.
    ///
    /// - Throws: 422 for anything else.
    func queryNumber(_ name: String, default standard: Int, max: Int) throws -> Int {
        guard let text = query(name) else { return standard }
        guard let value = Int(clamping: text) else {
            throw APIError([.notInteger(["query", .string(name)], input: .string(text))])
        }
        guard value >= 0 else {
            throw APIError([
                ValidationIssue(
                    type: "greater_than_equal", location: ["query", .string(name)],
                    message: "Input should be greater than or equal to 0", input: .string(text), context: ["ge": 0])
            ])
        }
        return min(value, max)
    }
}

extension Int {
    /// Reads a whole number of any length; one that is too large becomes the largest.
    fileprivate init?(clamping text: String) {
        if let value = Int(text) {
            self = value
        } else if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            self = .max
        } else {
            return nil
        }
    }
}
