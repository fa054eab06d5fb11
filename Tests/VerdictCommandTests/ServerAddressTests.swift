import Testing

@testable import verdict

@Suite("The address of a server")
struct ServerAddressTests {
    @Test(
        arguments: [
            ("http://127.0.0.1:8001", "http://127.0.0.1:8001"), ("https://verdict.example/", "https://verdict.example"),
            ("http://[::1]:8001//", "http://[::1]:8001"), ("http://a/verdict/", "http://a/verdict"),
        ])
    func address(_ argument: String, _ text: String) {
        #expect(ServerAddress(argument: argument)?.text == text)
    }

    @Test(arguments: ["", "127.0.0.1:8001", "localhost", "ftp://a", "http://", "http:///x", "http://a?b", "http://a#b"])
    func none(_ argument: String) {
        #expect(ServerAddress(argument: argument) == nil)
    }

    @Test("where nobody listens, the sentence says so and what to do")
    func refused() async throws {
        // Port 1 of this machine: nothing listens there unless somebody with the rights of root made it so.
        let server = try #require(ServerAddress(argument: "http://127.0.0.1:1"))
        let error = await #expect(throws: ImportError.self) {
            try await ServerCaller.using(server, connectionsMax: 1) { caller in
                try await SubmissionClient(caller: caller, door: .governance).submit(Array("{}".utf8))
            }
        }
        #expect(error == .serverUnreachable(server, reason: "Connection refused"))
    }
}
