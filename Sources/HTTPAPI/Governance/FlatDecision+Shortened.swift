import EventLog

extension FlatDecision {
    static let textSizeBytesMax = 8 * 1024
    private static let wordSizeBytesMax = 1024
    private static let numberSizeBytesMax = 64

    /// What fits on a line of a stream and into a list: the metadata is left out and long texts are cut. The decision
    /// itself has all of it.
    var shortened: FlatDecision {
        var short = self
        short.metadata = #"{"truncated":true}"#
        short.reasoning = reasoning.shortened(toJSONBytes: Self.textSizeBytesMax)
        short.target = target.shortened(toJSONBytes: Self.wordSizeBytesMax)
        short.recommendedAction = recommendedAction.shortened(toJSONBytes: Self.wordSizeBytesMax)
        short.threatType = threatType.shortened(toJSONBytes: Self.wordSizeBytesMax)
        short.operatorNotes = operatorNotes?.shortened(toJSONBytes: Self.textSizeBytesMax)
        if confidence.utf8.count > Self.numberSizeBytesMax { short.confidence = "0" }
        if threatScore.utf8.count > Self.numberSizeBytesMax { short.threatScore = "0" }
        return short
    }
}

extension String {
    /// As many whole characters as fit into that many bytes of JSON, with an ellipsis where any are missing.
    func shortened(toJSONBytes sizeMax: Int) -> String {
        // An escape is at most six bytes for one.
        guard utf8.count * 6 > sizeMax else { return self }
        var size = 0
        var end = unicodeScalars.startIndex
        while end < unicodeScalars.endIndex {
            let scalar = unicodeScalars[end]
            let isEscaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            size += isEscaped ? 6 : UTF8.width(scalar)
            if size > sizeMax { return String(unicodeScalars[..<end]) + "…" }
            end = unicodeScalars.index(after: end)
        }
        return self
    }
}
