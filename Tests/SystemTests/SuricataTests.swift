import EventLog
import Foundation
import Testing
import VerdictTesting

@Suite("verdict import suricata")
struct SuricataTests {
    /// Real alerts, which lie beside the repository.
    private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/suricata")
    private static let areSamplesThere = FileManager.default.fileExists(atPath: samples.path)

    @Test(
        "386 real alerts become 386 decisions that hold them unchanged, once", .timeLimit(.minutes(1)),
        .enabled(if: areSamplesThere, "the sample alerts are not beside the repository"))
    func realAlerts() async throws {
        let server = try await ServerProcess()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.samples.path)
            .filter { $0.hasSuffix(".jsonl") }.map { Self.samples.path + "/" + $0 }
        let alerts = try files.flatMap { try Self.lines(of: $0) }.map { try JSONParser.parse($0) }
        #expect(alerts.count == 386)
        for file in files {
            let report = try await Self.importFile(file, to: server)
            #expect(report.exit == .success, "\(report.errors)")
            #expect(report.output.contains(" 0 failed, 0 lines were no alerts"), "\(report.output)")
        }
        let decisions = try await Self.decisions(of: server.client)
        #expect(decisions.count == 386)
        #expect(Self.counted(decisions.compactMap { $0["context"]?["metadata"] }) == Self.counted(alerts))
        for decision in decisions { Self.expectMapped(decision) }

        let events = try server.log.events()
        for file in files { #expect(try await Self.importFile(file, to: server).exit == .success) }
        #expect(try server.log.events() == events)
        let waiting = try await server.client.get("\(ServerClient.api)/pending?limit=0")["total_pending"]
        #expect(waiting == 386)
    }

    @Test("odd lines: what is an alert arrives unchanged, the rest is named and left alone", .timeLimit(.minutes(1)))
    func oddLines() async throws {
        let server = try await ServerProcess()
        let alerts = [
            #"{"event_type":"alert","alert":{"severity":1,"signature":"NUL \u0000 in it","category":"a\u0000b"}}"#,
            #"{"alert":{"severity":2,"signature":"emoji 🐟👨‍👩‍👧 and \ud83d\ude00"},"payload":"\u0001\u001f\u007f\\\"\/"}"#,
            #"{ "event_type" : "alert", "n": [1.50, 1e2, -0, 12345678901234567890123, 1E+99], "t":null, "alert":{} }"#,
            #"{"event_type":"alert","e\u0301":1,"\u00e9":2,"alert":{"severity":255,"category":""}}"#,
            #"{"event_type":"alert","payload":"\#(String(repeating: "QUJD", count: 230_400))","alert":{"severity":3}}"#,
        ]
        let others = [
            "not JSON at all", #"{"event_type":"flow","src_ip":"192.0.2.2"}"#, #"{"event_type":"alert""#, "[1,2]", "{}",
            String(repeating: "z", count: 1_100_000),
        ]
        let text = zip(alerts, others).map { "\($0)\r\n\n\($1)\n" }.joined() + (others.last ?? "")
        let path = server.directory.file("eve.json")
        try text.write(toFile: path, atomically: false, encoding: .utf8)

        let report = try await Self.importFile(path, to: server)
        #expect(report.exit == .success, "\(report.errors)")
        #expect(report.output == "5 alerts: 5 enqueued, 0 already there, 0 failed, 6 lines were no alerts\n")
        for number in [3, 6, 9, 12, 15, 16] { #expect(report.errors.contains("line \(number) is no alert: ")) }
        let decisions = try await Self.decisions(of: server.client)
        let expected = try alerts.map { try JSONParser.parse($0) }
        #expect(Self.counted(decisions.compactMap { $0["context"]?["metadata"] }) == Self.counted(expected))
        #expect(decisions.contains { $0["context"]?["threat_type"] == "a\0b" })

        let events = try server.log.events()
        #expect(try await Self.importFile(path, to: server).exit == .success)
        #expect(try server.log.events() == events)
    }

    @Test("an import without a server, or without a file, says so and fails", .timeLimit(.minutes(1)))
    func failures() async throws {
        let server = try await ServerProcess()
        let path = server.directory.file("eve.json")
        let absent = try await Self.importFile(path, to: server)
        #expect(absent.exit.code != 0)
        #expect(absent.errors.contains("\(path) cannot be read: No such file or directory"))
        try #"{"event_type":"alert","alert":{}}"#.write(toFile: path, atomically: true, encoding: .utf8)
        await server.kill()
        let alone = try await Self.importFile(path, to: server)
        #expect(alone.exit.code != 0)
        #expect(alone.errors.contains("no server answers at \(server.address) (Connection refused)"))
    }

    // MARK: Pieces

    private static func importFile(_ path: String, to server: ServerProcess) async throws -> VerdictProcess.Report {
        try await VerdictProcess.run(["import", "suricata", path, "--server", server.address])
    }

    private static func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Every decision of the server in its nested form.
    private static func decisions(of client: ServerClient) async throws -> [JSON] {
        let list = try await client.get("\(ServerClient.api)/decisions?limit=1000")["decisions"]?.arrayValue ?? []
        var decisions: [JSON] = []
        for id in list.compactMap({ $0["decision_id"]?.stringValue }) {
            decisions.append(try await client.get("\(ServerClient.api)/decision/\(id)").json)
        }
        return decisions
    }

    /// The values as bytes, so that `é` and `e` with an accent are two: to Swift's strings they are one.
    private static func counted(_ values: [JSON]) -> [[UInt8]: Int] {
        values.reduce(into: [:]) { $0[$1.bytes, default: 0] += 1 }
    }

    /// The table of shared/data/README.md.
    private static func expectMapped(_ decision: JSON) {
        guard let context = decision["context"], let alert = context["metadata"] else {
            Issue.record("a decision without context")
            return
        }
        let (level, confidence): (JSON, Double) =
            switch alert["alert"]?["severity"]?.numberValue?.int {
            case 1: ("critical", 0.95)
            case 2: ("high", 0.8)
            case 3: ("medium", 0.6)
            default: ("low", 0.4)
            }
        #expect(decision["risk_level"] == level)
        #expect(context["confidence"]?.numberValue?.double == confidence)
        #expect(context["action_type"] == "block_ip")
        #expect(context["action_params"]?["target"] == alert["src_ip"])
        for part in ["signature", "category"] {
            guard let text = alert["alert"]?[part]?.stringValue else { continue }
            #expect(context["ai_reasoning"]?.stringValue?.contains(text) == true)
        }
    }
}
