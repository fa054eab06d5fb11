/// Submits what the lines of a file hold, several at once.
struct LineImport<Item: Sendable>: Sendable {
    /// So many lines are named of each kind of trouble; an eve.json is mostly lines that are no alerts.
    private static var namedLinesMax: Int { 20 }

    /// What a line should hold: `alert`.
    let noun: String
    let concurrency: Int
    /// Where the lines that make trouble are named.
    let say: @Sendable (String) -> Void
    let read: @Sendable ([UInt8]) throws(UnfitLine) -> Item
    /// - Throws: what ends the import.
    let submit: @Sendable (Item) async throws -> SubmissionOutcome

    /// Reads to the end, and waits until the last item has its answer.
    ///
    /// - Throws: what `submit` or the source throws; what is on its way is given up then.
    func run(reading source: LineSource) async throws -> ImportTally {
        try await withThrowingTaskGroup(of: (number: Int, outcome: SubmissionOutcome).self) { group in
            var source = source
            var tally = ImportTally()
            var onTheirWay = 0
            while let lines = try await source.next() {
                for line in lines {
                    guard let (number, item) = item(in: line, &tally) else { continue }
                    if onTheirWay == concurrency, let answer = try await group.next() {
                        onTheirWay -= 1
                        count(answer.outcome, ofLine: answer.number, in: &tally)
                    }
                    onTheirWay += 1
                    group.addTask { (number, try await submit(item)) }
                }
            }
            while let answer = try await group.next() {
                count(answer.outcome, ofLine: answer.number, in: &tally)
            }
            return tally
        }
    }

    /// What the line holds; nil, and counted, where that is of another kind. Empty lines do not count.
    private func item(in line: TextLine, _ tally: inout ImportTally) -> (number: Int, Item)? {
        let number: Int
        let reason: UnfitLine
        switch line {
        case .text(let lineNumber, let bytes):
            let isBlank = bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard !isBlank else { return nil }
            do throws(UnfitLine) {
                return (lineNumber, try read(bytes))
            } catch {
                (number, reason) = (lineNumber, error)
            }
        case .tooLong(let lineNumber):
            (number, reason) = (lineNumber, .tooLong(sizeBytesMax: LineSource.lineSizeBytesMax))
        }
        tally.unfit += 1
        name("line \(number) is no \(noun): \(reason)", asNumber: tally.unfit)
        return nil
    }

    private func count(_ outcome: SubmissionOutcome, ofLine number: Int, in tally: inout ImportTally) {
        switch outcome {
        case .enqueued: tally.enqueued += 1
        case .alreadyThere: tally.alreadyThere += 1
        case .notNeeded: tally.notNeeded += 1
        case .failed(let reason):
            tally.failed += 1
            name("line \(number) failed: \(reason)", asNumber: tally.failed)
        }
    }

    private func name(_ sentence: String, asNumber number: Int) {
        if number <= Self.namedLinesMax { say(sentence) }
        if number == Self.namedLinesMax + 1 { say("more such lines follow; they are counted only") }
    }
}
