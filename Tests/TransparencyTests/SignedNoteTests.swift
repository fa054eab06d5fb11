import Testing
import Transparency

@Suite struct SignedNoteTests {
    /// The example of the C2SP text on signed notes.
    static let poem = """
        Ognuno sta solo sul cuor della terra
        trafitto da un raggio di sole:

        ed è subito sera.

        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

        """

    /// The example of Go's package for signed notes, with its key.
    static let speech = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """
    static let speaker = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let speakerSecret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

    @Test("the example of the specification is read, with an empty line in its text, and written again")
    func specification() throws {
        let note = try SignedNote(Self.poem)
        #expect(note.text.hasSuffix("sole:\n\ned è subito sera.\n"))
        #expect(note.signatures.map(\.name) == ["quasimodo.example/salvatore"])
        #expect(note.signatures.map(\.id.description) == ["367ba04b"])
        #expect(note.description == Self.poem)
        #expect(throws: NoteError.unsigned) { try note.verify([VerifierKey(text: Self.speaker)]) }
    }

    @Test("a signature that somebody else's program made is right, and ours is the same")
    func otherProgram() throws {
        let note = try SignedNote(Self.speech)
        let key = try VerifierKey(text: Self.speaker)
        #expect(try note.verify([key]) == [key])
        #expect(key.description == Self.speaker)
        let secret = try SigningKey(text: Self.speakerSecret)
        #expect(secret.verifier == key)
        #expect(secret.secretText == Self.speakerSecret)
        let again = SignedNote(text: note.text, signatures: [try secret.sign(note.text)])
        #expect(try again.verify([key]) == [key])
        let changed = SignedNote(text: note.text.replacing("not", with: "too"), signatures: note.signatures)
        #expect(try changed.verify([key]) == [key])
        let other = SignedNote(text: note.text.replacing("your", with: "the"), signatures: note.signatures)
        #expect(throws: NoteError.wrongSignature(of: "PeterNeumann")) { try other.verify([key]) }
    }

    @Test("signatures of unknown keys count for nothing, also under a known name")
    func unknownKeys() throws {
        let (first, second) = (try SigningKey(name: "log.example"), try SigningKey(name: "log.example"))
        let text = "a text\n"
        let note = SignedNote(text: text, signatures: [try second.sign(text), try first.sign(text)])
        #expect(try note.verify([first.verifier]) == [first.verifier])
        #expect(try note.verify([first.verifier, second.verifier]).count == 2)
        let stranger = try SigningKey(name: "stranger.example")
        #expect(throws: NoteError.unsigned) { try note.verify([stranger.verifier]) }
        let twice = SignedNote(text: text, signatures: [try first.sign(text), try first.sign(text)])
        #expect(try twice.verify([first.verifier]) == [first.verifier])
    }

    @Test("a note of 16 signatures is read, one of too many is not")
    func manySignatures() throws {
        let key = try SigningKey(name: "log.example")
        func note(_ count: Int) throws -> String {
            SignedNote(text: "a\n", signatures: [NoteSignature](repeating: try key.sign("a\n"), count: count))
                .description
        }
        #expect(try SignedNote(note(16)).signatures.count == 16)
        #expect(throws: NoteError.self) { try SignedNote(note(SignedNote.signaturesMax + 1)) }
    }

    @Test(
        "what is no note is refused",
        arguments: [
            "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n— a AAAAAAA=", "\n— a AAAAAAA=\n", "text\n— a AAAAAAA=\n",
            "text\n\n— a AAAAAAA=\n\n", "text\n\n- a AAAAAAA=\n", "text\n\n—a AAAAAAA=\n", "text\n\n— a  AAAAAAA=\n",
            "text\n\n— a+b AAAAAAA=\n", "text\n\n—  AAAAAAA=\n", "text\n\n— a\n", "text\n\n— a AAAA\n",
            "text\n\n— a AAAAAA==\n",
            "text\n\n— a AAAAAAB=\n", "text\n\n— a AAAAAAA\n", "text\n\n— a AAAAAAA= \n", "te\txt\n\n— a AAAAAAA=\n",
            "text\r\n\n— a AAAAAAA=\n", "text\n\n— a\u{2003}b AAAAAAA=\n", "text\n\n— a AAAAAAA=\nmore\n",
        ])
    func malformed(note: String) {
        #expect(throws: NoteError.self) { try SignedNote(note) }
    }

    @Test("bytes that are no UTF-8 are no note")
    func notUTF8() {
        #expect(throws: NoteError.malformed("it is not UTF-8")) {
            try SignedNote(bytes: [0xFF] + Array("\n\n— a AAAAAAA=\n".utf8))
        }
        #expect((try? SignedNote(bytes: Array("t\n\n— a AAAAAAA=\n".utf8))) != nil)
    }
}

@Suite struct KeyTests {
    @Test("a key is read from its text and written again")
    func roundTrip() throws {
        for algorithm in [KeyAlgorithm.ed25519, .cosignature] {
            let secret = try SigningKey(name: "example.org/log", algorithm: algorithm)
            #expect(try VerifierKey(text: secret.verifier.description) == secret.verifier)
            #expect(try SigningKey(text: secret.secretText).verifier == secret.verifier)
        }
    }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "peterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
            "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ])
    func malformed(text: String) {
        #expect(throws: NoteError.self) { try VerifierKey(text: text) }
        #expect(throws: NoteError.self) { try SigningKey(text: "PRIVATE+KEY+" + text) }
    }

    @Test(
        "a name has no spaces, no plus and no more than 255 bytes",
        arguments: ["", "a b", "a+b", "a\u{a0}b", "a\nb", String(repeating: "n", count: 256)])
    func names(name: String) {
        #expect(!KeyName.isValid(name))
        #expect(throws: NoteError.self) { try SigningKey(name: name) }
    }

    @Test("a point under which anybody can sign is no key")
    func smallOrder() {
        let points = [
            "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ]
        for point in points {
            // The key ID is wrong too: the reason says which of the two was found.
            #expect(throws: NoteError.malformed("the key of a is one under which anybody can sign")) {
                try VerifierKey(text: "a+00000000+\(point)")
            }
        }
    }
}
