import EventLog
import Testing

@Suite("Stream names")
struct StreamNameTests {
    @Test(
        "a name is a category and an id, divided at the first slash",
        arguments: [
            ("decision/block-1", "decision", "block-1"), ("decision/a/b", "decision", "a/b"),
            ("decision/", "decision", ""),
            ("/x", "", "x"), ("decision", "decision", ""), ("session/é😀", "session", "é😀"),
        ])
    func parts(text: String, category: String, id: String) {
        let name = StreamName(text: text)
        #expect(name.category == category)
        #expect(name.id == id)
        #expect(name.description == text)
    }

    @Test("a name made of its parts is the name made of its text")
    func equality() {
        #expect(StreamName(category: "decision", id: "a/b") == StreamName(text: "decision/a/b"))
        #expect(StreamName(category: "decision", id: "a").hashValue == StreamName(text: "decision/a").hashValue)
        #expect(StreamName(category: "decision", id: "a") != StreamName(category: "session", id: "a"))
    }

    @Test("names that look the same but are other code points are other names")
    func canonicallyEquivalent() {
        let composed = StreamName(text: "decision/\u{E9}")
        let combined = StreamName(text: "decision/e\u{301}")
        #expect(composed != combined)
        #expect(Set([composed, combined]).count == 2)
    }
}
