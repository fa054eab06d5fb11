import ArgumentParser
import Foundation

/// Where a server answers: `http://127.0.0.1:8001`.
struct ServerAddress: Sendable, Hashable, CustomStringConvertible, ExpressibleByArgument {
    /// Where `verdict serve` listens when nobody says otherwise.
    static let standard = ServerAddress(verbatim: "http://127.0.0.1:8001")

    /// Without a slash at the end.
    let text: String

    var description: String { text }

    private init(verbatim text: String) {
        self.text = text
    }

    /// Nil where the text is no `http` or `https` address of a host.
    init?(argument: String) {
        var text = argument
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil
        else { return nil }
        self.init(verbatim: text)
    }
}
