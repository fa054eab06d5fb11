/// One of the media ranges of an `Accept` field (RFC 9110, section 12.5.1).
struct AcceptedMedia {
    private let range: String
    /// 0 for what is not wanted, up to 1.
    private let quality: Double

    /// Nil for an empty element.
    init?(_ element: some StringProtocol) {
        let parts = element.split(separator: ";").map(\.trimmingSpaces)
        guard let range = parts.first, !range.isEmpty else { return nil }
        self.range = range.lowercased()
        var quality = 1.0
        for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("q=") {
            let number = Double(parameter.dropFirst(2)) ?? 0
            // Text such as `nan` makes a number too.
            quality = number.isNaN ? 0 : min(max(number, 0), 1)
        }
        self.quality = quality
    }

    /// How much a type is wanted: the most specific range that it is in counts. 0 for one that is in none.
    static func quality(of type: String, among accepted: [AcceptedMedia]) -> Double {
        let family = String(type.prefix { $0 != "/" }) + "/*"
        for range in [type, family, "*/*"] {
            if let media = accepted.first(where: { $0.range == range }) { return media.quality }
        }
        return 0
    }
}
