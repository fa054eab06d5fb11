/// What the check of one part of a data directory has found.
struct PartReport: Sendable {
    /// Findings of one kind that are listed one by one.
    static let listedMax = 20

    /// What was found as it should be, in sentences.
    var confirmed: [String] = []
    /// What is wrong, each with its place.
    var findings: [String] = []

    /// Adds findings of one kind, at most so many, and says how many more there are.
    mutating func add(_ findings: [String]) {
        self.findings += findings.prefix(Self.listedMax)
        if findings.count > Self.listedMax { self.findings.append("\(findings.count - Self.listedMax) more like that") }
    }
}
