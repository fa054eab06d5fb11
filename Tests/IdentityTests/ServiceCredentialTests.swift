import Identity
import Testing

@Suite("Credentials of programs")
struct ServiceCredentialTests {
    @Test("each is long, new, and told apart from a token by its beginning")
    func make() {
        let credentials = (1...20).map { _ in ServiceCredential.make() }
        #expect(Set(credentials).count == 20)
        for credential in credentials {
            #expect(credential.hasPrefix("verdict_"))
            #expect(credential.utf8.count == 8 + 64)
            #expect(!credential.contains("."))
        }
    }

    @Test("its hash is SHA-256 in hexadecimal")
    func hash() {
        #expect(
            ServiceCredential.hash(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
