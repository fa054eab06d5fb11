import Hummingbird

/// The query of a request as it was sent: commas that were escaped can still be told from commas that were not.
struct RawQuery {
    /// Names and values, still percent-encoded, in their order.
    let pairs: [(name: String, value: String)]

    init(_ request: Request) {
        pairs = (request.uri.query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }

    /// The values of parameters with any of these names, decoded; several stand between commas. Empty ones are left out.
    func names(_ names: [String]) -> [String] {
        values(names).flatMap { $0.split(separator: ",") }.map { Self.decoded(String($0)) }.filter { !$0.isEmpty }
    }

    /// The same where no value has a comma, so that an escaped one stands between two as well.
    func words(_ names: [String]) -> [String] {
        values(names).flatMap { Self.decoded($0).split(separator: ",").map(String.init) }.filter { !$0.isEmpty }
    }

    /// The same where a comma is a part of the value.
    func texts(_ names: [String]) -> [String] {
        values(names).map(Self.decoded).filter { !$0.isEmpty }
    }

    private func values(_ names: [String]) -> [String] {
        pairs.filter { names.contains(Self.decoded($0.name)) }.map(\.value)
    }

    /// The query without these parameters, and with another one behind it.
    func replacing(_ names: [String], with name: String, _ value: String) -> String {
        let kept = pairs.filter { !names.contains(Self.decoded($0.name)) }.map { "\($0.name)=\($0.value)" }
        return (kept + ["\(name)=\(value)"]).joined(separator: "&")
    }

    private static func decoded(_ text: String) -> String { text.queryDecoded }
}
