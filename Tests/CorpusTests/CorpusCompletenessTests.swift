import EventLog
import Foundation
import Projections
import Testing

/// The newest log has everything that this version writes, so that the next version is held to it.
@Suite("The log of the newest version is complete")
struct CorpusCompletenessTests {
    private static let sources = Corpus.folder
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

    private static func newest() throws -> [CorpusEntry] {
        try #require(Corpus.all.last).entries()
    }

    /// The names of events as they stand in the sources: `"decision.submitted.v1"`.
    private static func typesInSources() throws -> Set<String> {
        var types: Set<String> = []
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            // Tests make up events that no server knows.
            if file.pathComponents.contains("VerdictTesting") { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") where !line.contains("///") {
                for match in line.matches(of: #/"([a-z_-]+\.[a-z_-]+\.v[0-9]+)"/#) { types.insert(String(match.1)) }
            }
        }
        return types
    }

    @Test("it has every type of event that stands in the sources")
    func types() throws {
        let known = try Self.typesInSources()
        #expect(known.count >= 32)
        let missing = known.subtracting(try Self.newest().map(\.event.type))
        #expect(missing.isEmpty, "Tests/Corpus/README.md says how to write a log with \(missing.sorted())")
    }

    @Test("every optional member of an event is there once and missing once")
    func optionalMembers() throws {
        var seen: [String: Set<Bool>] = [:]
        for recorded in try ReplayedLog(Self.newest()).recorded {
            guard let meaning = CommittedEvent(recorded).meaning else { continue }
            note(meaning, recorded.type, &seen)
        }
        #expect(seen.count >= 10)
        for (member, states) in seen.sorted(by: { $0.key < $1.key }) {
            #expect(states.count == 2, "\(member) is never \(states.contains(true) ? "missing" : "there")")
        }
    }

    @Test("every attribute of the circumstances that is recorded is there once and missing once")
    func attributes() throws {
        let entries = try Self.newest().map { try JSONParser.parse($0.bytes) }
        for name in ["correlationid", "sessionid", "idempotencykey", "requesthash", "traceparent", "sourceaddress"] {
            #expect(Set(entries.map { $0[name] == nil }).count == 2, "\(name)")
        }
    }

    /// Notes for every optional property below a value whether it has one.
    private func note(_ value: Any, _ path: String, _ seen: inout [String: Set<Bool>]) {
        // What callers wrote is kept as it came; nothing in it is a member of ours.
        if value is JSON || value is JSONObject { return }
        for child in Mirror(reflecting: value).children {
            let name = child.label.map { "\(path).\($0)" } ?? path
            let mirror = Mirror(reflecting: child.value)
            if mirror.displayStyle == .optional {
                seen[name, default: []].insert(!mirror.children.isEmpty)
                if let some = mirror.children.first { note(some.value, name, &seen) }
            } else {
                note(child.value, name, &seen)
            }
        }
    }
}
