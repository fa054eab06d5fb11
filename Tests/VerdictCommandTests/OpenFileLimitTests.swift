import Testing

@testable import verdict

@Suite("The limit of open files")
struct OpenFileLimitTests {
    @Test(
        "a tenth of the descriptors, and at least 128 of them, are kept from connections",
        arguments: [(1024, 896), (20_000, 18_000), (1_048_576, 943_719), (64, 16)])
    func reserve(limit: Int, connections: Int) {
        #expect(OpenFileLimit.connections(of: limit) == connections)
    }
}
