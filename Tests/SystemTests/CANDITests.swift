import EventLog
import Foundation
import NIOHTTP1
import Testing
import VerdictTesting

/// The way of an analysis from the engine to the people and back (hitl-api 11).
@Suite("verdict import candi")
struct CANDITests {
    private static let samples = ReadmeTests.repository.path + "/Tools/demo-analyses.jsonl"
    private static let (apt, targeted, falsePositive) = (
        "CANDI-5f1c0a77d2b94e10", "CANDI-81e6b3400c5d7f22", "CANDI-c40d9e6a1b7832f5"
    )

    /// A server with a program that asks and people who answer.
    private struct Team {
        let server: ServerProcess
        /// Of the program.
        let credential: String
        let analyst: String
        let viewer: String

        init() async throws {
            server = try await ServerProcess(["--auth", "required"])
            let client = server.client
            let administrator = try await client.logInFirstAdministrator()
            analyst = try await client.register("analyst1", role: "analyst", by: administrator)
            viewer = try await client.register("viewer1", role: "viewer", by: administrator)
            let added = try await VerdictProcess.run(["user", "add", "candi", "--service", "--data", server.dataPath])
            credential = added.output.trimmingCharacters(in: .newlines)
        }

        func importing(_ arguments: [String] = [], file: String = CANDITests.samples) throws -> VerdictProcess {
            try VerdictProcess(
                ["import", "candi", file, "--server", server.address] + arguments,
                environment: ["VERDICT_TOKEN": credential])
        }

        func decide(_ analysisID: String, _ body: JSON) async throws -> ServerClient.Answer {
            try await server.client.call(.POST, "/api/decisions/\(analysisID)/decide", body, as: analyst)
        }

        func get(_ path: String, as token: String) async throws -> JSON {
            try await server.client.call(.GET, path, as: token).json
        }
    }

    private static func lines(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    }

    @Test("the three scenarios: asked, pending, decided, and heard by the program that waits", .timeLimit(.minutes(1)))
    func scenarios() async throws {
        let team = try await Team()
        let asked = try await team.importing().report
        #expect(asked.exit == .success, "\(asked.errors)")
        #expect(try Self.lines(asked.output).first?["total_submitted"] == 3)
        #expect(try Self.lines(asked.output).first?["needing_no_human"] == 1)

        let pending = try await team.get("/api/decisions/pending", as: team.analyst).arrayValue ?? []
        #expect(pending.compactMap { $0["analysis_id"]?.stringValue } == [Self.apt, Self.targeted, Self.falsePositive])
        let critical = try await team.get("/api/decisions/pending?priority=critical", as: team.analyst).arrayValue ?? []
        #expect(critical.map { $0["analysis_id"] } == [.string(Self.apt)])
        let question = try await team.get("/api/decisions/\(Self.apt)", as: team.analyst)
        #expect(question["attributed_actor"] == "APT28")
        #expect(question["confidence"] == 89.5)
        #expect(question["ttps"]?.arrayValue?.count == 4)
        let summary = question["forensic_summary"]?.stringValue ?? ""
        #expect(summary.hasPrefix("Threat level: APT | Attribution: APT28 (89.5% confidence) | Behaviours: "))

        let waiting = try team.importing(["--wait"])
        #expect(
            try await team.decide(
                Self.apt,
                [
                    "status": "approved", "notes": "act",
                    "approved_actions": ["block_ip", "quarantine_system", "escalate_to_soc"],
                ])["decided_by"] == "analyst1")
        #expect(await waiting.output.wait(for: "escalate_to_soc"))
        let escalation = try await team.server.client.call(
            .POST, "/api/decisions/\(Self.targeted)/escalate?escalation_reason=Low%20confidence", as: team.analyst)
        #expect(escalation["status"] == "escalated")
        #expect(
            try await team.decide(
                Self.falsePositive, ["status": "rejected", "approved_actions": [], "notes": "Our own scanner"]
            ).status == 200)
        let heard = await waiting.report
        #expect(heard.exit == .success, "\(heard.errors)")
        try Self.expectAnswers(heard.output)

        let response = try await team.get("/api/decisions/\(Self.apt)/response", as: team.viewer)
        #expect(response["status"] == "approved")
        #expect(response["approved_actions"]?.arrayValue?.count == 3)
        #expect(try await team.get("/api/decisions/stats/summary", as: team.viewer)["total_completed"] == 3)
        #expect(try team.server.log.events().count(where: { $0.type == "decision.submitted.v1" }) == 3)
    }

    private static func expectAnswers(_ output: String) throws {
        let lines = try lines(output)
        #expect(lines.count == 4)
        func answer(_ id: String) throws -> JSON { try #require(lines.first { $0["analysis_id"] == .string(id) }) }
        let approved = try answer(apt)
        #expect(approved["status"] == "approved")
        #expect(approved["decided_by"] == "analyst1")
        #expect(approved["approved_actions"] == ["block_ip", "quarantine_system", "escalate_to_soc"])
        #expect(approved["source_ip"] == "203.0.113.17")
        let escalated = try answer(targeted)
        #expect(escalated["status"] == "escalated")
        #expect(escalated["escalation_reason"] == "Low confidence")
        let rejected = try answer(falsePositive)
        #expect(rejected["status"] == "rejected")
        #expect(rejected["approved_actions"] == [])
        #expect(rejected["notes"] == "Our own scanner")
        let counters = try #require(lines.last)
        for (name, count) in [
            ("total_submitted", 0), ("already_submitted", 3), ("pending_decisions", 0), ("approved_decisions", 1),
            ("rejected_decisions", 1), ("escalated_decisions", 1), ("failed", 0),
        ] { #expect(counters[name] == .number(JSONNumber(count)), "\(name)") }
    }

    @Test("the program may wait on the event stream of its question too", .timeLimit(.minutes(1)))
    func watch() async throws {
        let team = try await Team()
        #expect(await (try team.importing()).exit == .success)
        let path = "\(ServerClient.api)/decision/\(Self.apt)/watch"
        #expect(try await team.server.client.stream(path).status == 401)
        var stream = try await team.server.client.stream(path, headers: ["authorization": "Bearer \(team.credential)"])
        let first = try await stream.next()
        #expect(first?.name == "decision_status")
        #expect(first?["status"] == "pending")
        let decided = try await team.decide(Self.apt, ["status": "approved", "approved_actions": ["block_ip"]])
        #expect(decided.status == 200)
        let events = try await stream.events { $0.name == "decision_resolved" }
        #expect(events.last?["status"] == "approved")
        #expect(events.last?["resolved_by"] == "analyst1")
        #expect(try await stream.next() == nil)
        let answer = try await team.get("/api/decisions/\(Self.apt)/response", as: team.credential)
        #expect(answer["approved_actions"] == ["block_ip"])
    }

    @Test("an answer that does not come in time is counted, and the status is 1", .timeLimit(.minutes(1)))
    func outOfTime() async throws {
        let team = try await Team()
        let report = try await team.importing(["--wait", "--wait-seconds", "0"]).report
        #expect(report.exit.code == 1)
        let lines = try Self.lines(report.output)
        #expect(lines.count == 1)
        #expect(lines.first?["pending_decisions"] == 3)
    }

    @Test("what cannot be asked is named with its line; the rest is asked", .timeLimit(.minutes(1)))
    func oddLines() async throws {
        let team = try await Team()
        let path = team.server.directory.file("analyses.jsonl")
        try """
        nonsense
        {"threat_level":"APT","source_ip":"192.0.2.1","iocs":"none"}
        {"threat_level":"APT","source_ip":"192.0.2.1","ttps":["T1 🐟"]}

        """.write(toFile: path, atomically: true, encoding: .utf8)
        let report = try await team.importing(file: path).report
        #expect(report.exit.code == 1)
        #expect(report.errors.contains("line 1 is no analysis: not JSON"))
        #expect(report.errors.contains("line 2 failed: status 422: body.iocs: Input should be a valid list"))
        let counters = try #require(try Self.lines(report.output).first)
        #expect(counters["total_submitted"] == 1)
        #expect(counters["failed"] == 1)
        #expect(counters["no_analyses"] == 1)
    }

    @Test("a caller whom the server does not know is told what is wanted", .timeLimit(.minutes(1)))
    func unknownCaller() async throws {
        let server = try await ServerProcess(["--auth", "required"])
        for kind in ["candi", "suricata"] {
            let report = try await VerdictProcess.run(
                ["import", kind, kind == "candi" ? Self.samples : Self.samples.replacing("analyses", with: "alerts")]
                    + ["--server", server.address], environment: ["VERDICT_TOKEN": "verdict_unknown"])
            #expect(report.exit.code == 1)
            #expect(report.errors.contains("does not take questions from this caller (status 401"))
            #expect(!report.errors.contains("verdict_unknown"))
            #expect(report.output.isEmpty)
        }
        #expect(try server.log.events().isEmpty)
    }
}
