import EventLog
import Testing

@Suite("Secrets")
struct SecretTests {
    private struct Holder {
        let secret: Secret?
        let list: [Secret]
    }

    @Test("nothing that prints a value that holds a secret prints the secret")
    func printing() {
        let holder = Holder(secret: Secret("hush"), list: [Secret("hush")])
        var dumped = ""
        dump(holder, to: &dumped)
        for text in ["\(Secret("hush"))", "\(holder)", String(reflecting: holder), dumped] {
            #expect(!text.contains("hush"), "\(text)")
            #expect(text.contains("***"), "\(text)")
        }
    }

    @Test("a secret matches its own text and no other one", arguments: ["", "hus", "hushh", "Hush", "hush\0"])
    func matching(_ other: String) {
        #expect(Secret("hush").matches("hush"))
        #expect(!Secret("hush").matches(other))
        #expect(!Secret(other).matches("hush"))
    }
}
