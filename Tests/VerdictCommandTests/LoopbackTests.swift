import Testing

@testable import verdict

@Suite("Loopback addresses")
struct LoopbackTests {
    @Test(arguments: ["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"])
    func loopback(_ host: String) {
        #expect(isLoopback(host))
    }

    @Test(
        arguments: [
            "", "0.0.0.0", "128.0.0.1", "192.0.2.1", "::", "::2", "fe80::1", "2001:db8::1", "127.0.0.1.example.org",
            "localhost.example.org", "127", "127.1", " 127.0.0.1",
        ])
    func other(_ host: String) {
        #expect(!isLoopback(host))
    }
}
