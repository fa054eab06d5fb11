import EventLog
import Hummingbird

extension Request {
    /// The query parameter of that name; the last one of several.
    func query(_ name: String) -> String? {
        uri.queryParameters.getAll(name).last
    }

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
