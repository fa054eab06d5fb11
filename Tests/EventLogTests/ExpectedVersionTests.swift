import EventLog
import Testing

@Suite("Expected versions")
struct ExpectedVersionTests {
    @Test(
        "each expectation is met by the versions that it names",
        arguments: [
            (.any, [true, true, true]), (.mustBeNew, [true, false, false]), (.mustExist, [false, true, true]),
            (.exact(0), [true, false, false]), (.exact(1), [false, true, false]), (.exact(2), [false, false, true]),
            (.exact(-1), [false, false, false]),
        ] as [(ExpectedVersion, [Bool])])
    func isMet(expected: ExpectedVersion, byVersions: [Bool]) {
        #expect((0...2).map { expected.isMet(by: $0) } == byVersions)
    }
}
