/// Submits the alerts among the lines of a file, several at once.
struct SuricataImport: Sendable {
    /// So many lines are named of each kind of trouble; an eve.json is mostly lines that are no alerts.
    private static let namedLinesMax = 20

    let concurrency: Int
    /// Where the lines that make trouble are named.
    let say: @Sendable (String) -> Void
    /// - Throws: what ends the import.
    let submit: @Sendable (SuricataAlert) async throws -> SubmissionOutcome

    /// Reads to the end, and waits until the last alert has its answer.
    ///
    /// - Throws: what `submit` or the source throws; what is on its way is given up then.
    func run(reading source: LineSource) async throws -> ImportTally {
        try await withThrowingTaskGroup(of: (number: Int, outcome: SubmissionOutcome).self) { group in
            var source = source
            var tally = ImportTally()
            var onTheirWay = 0
            while let lines = try await source.next() {
                for line in lines {
                    guard let (number, alert) = alert(in: line, &tally) else { continue }
                    if onTheirWay == concurrency, let answer = try await group.next() {
                        onTheirWay -= 1
                        count(answer.outcome, ofLine: answer.number, in: &tally)
                    }
                    onTheirWay += 1
                    group.addTask { (number, try await submit(alert)) }
                }
            }
            while let answer = try await group.next() {
                count(answer.outcome, ofLine: answer.number, in: &tally)
            }
            return tally
        }
    }

    /// The alert of the line; nil, and counted, where there is none. Empty lines do not count.
    private func alert(in line: TextLine, _ tally: inout ImportTally) -> (number: Int, SuricataAlert)? {
        let number: Int
        let reason: NotAnAlert
        switch line {
        case .text(let lineNumber, let bytes):
            let isBlank = bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard !isBlank else { return nil }
            do throws(NotAnAlert) {
                return (lineNumber, try SuricataAlert(line: bytes))
            } catch {
                (number, reason) = (lineNumber, error)
            }
        case .tooLong(let lineNumber):
            (number, reason) = (lineNumber, .tooLong(sizeBytesMax: LineSource.lineSizeBytesMax))
        }
        tally.notAlerts += 1
        name("line \(number) is no alert: \(reason)", asNumber: tally.notAlerts)
        return nil
    }

    private func count(_ outcome: SubmissionOutcome, ofLine number: Int, in tally: inout ImportTally) {
        switch outcome {
        case .enqueued: tally.enqueued += 1
        case .alreadyThere: tally.alreadyThere += 1
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
