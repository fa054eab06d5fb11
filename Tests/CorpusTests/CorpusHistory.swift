import EventLog
import Governance
import Identity
import Ledger
import VerdictTesting

/// A history in which everything happens that this version can record.
enum CorpusHistory {
    private struct NoRoute: Error, CustomStringConvertible {
        let description = "no route to the host"
    }

    /// The entries of its log.
    static func entries() async throws -> [[UInt8]] {
        var fixture = try LedgerFixture { configuration in
            configuration.executors = [
                "block_ip": { _ in ["rule": 7, "where": .array(["fw1", "fw2"]), "seconds": 0.0125] },
                "isolate_host": { _ in throw NoRoute() },
                "kill_process": { _ in .null },
            ]
        }
        let users = UserHistory(fixture.ledger, fixture.time)
        try await users.registrations()
        try await Decisions(fixture: fixture).run()
        try await users.changes()
        try await fixture.ledger.execute(
            .skipLetter(
                LetterSkipped(
                    position: 7, projections: ["decisions", "operators"], reason: "known", skippedBy: "user:admin")))
        for backupMadeAt in [fixture.time.now(), nil] {
            try await restore(&fixture, backupMadeAt: backupMadeAt)
        }
        return try fixture.ledger.log.read(from: 1, limit: .max).map { ReplayedLog.entry(of: $0) }
    }

    /// As if the ledger had been closed, put back to a backup, and opened again.
    private static func restore(_ fixture: inout LedgerFixture, backupMadeAt: Timestamp?) async throws {
        fixture.time.advance(by: .hours(1))
        let restored = LogRestored(
            position: try fixture.ledger.log.lastPosition, backupMadeAt: backupMadeAt, restoredAt: fixture.time.now())
        try await fixture.restart { try RestoreMarker.write(restored, in: $0.path) }
    }

    // MARK: Decisions

    private struct Decisions {
        let fixture: LedgerFixture

        func run() async throws {
            try await fixture.ledger.execute(.openSession(sessionID: "s-carol", carol), origin: origin("open-carol"))
            try await fixture.openSession("dave@host", id: "s-dave")
            try await submissions()
            try await answers()
            try await late()
        }

        private var carol: OpenSession {
            OpenSession(
                operatorID: "carol@host", operatorName: "Carol Ä", operatorRole: "ciso", ipAddress: "192.0.2.9",
                userAgent: "console/2", metadata: JSONObject([.init(key: "shift", value: ["night": true])]))
        }

        private func origin(_ request: String) -> Origin {
            Origin(
                requestID: request, idempotency: IdempotencyKey(key: "key-\(request)", requestHash: "c0ffee"),
                traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", sourceAddress: "192.0.2.1")
        }

        private func submit(
            _ id: String, _ risk: RiskLevel = .high, _ automation: Submission.Automation = .requested(.supervised),
            _ action: ActionType = .blockIP, sla: Interval? = nil, requestedAt: Timestamp? = nil,
            metadata: JSONObject = JSONObject()
        ) async throws {
            let context = DecisionContext(
                actionType: action,
                actionParams: JSONObject([
                    .init(key: "target", value: "192.0.2.77"), .init(key: "ports", value: .array([22, 443, nil])),
                ]),
                reasoning: "many ports \"at once\"\n\u{1F41F} e\u{301}", confidence: JSONNumber(0.97),
                threatScore: JSONNumber(8.5), threatType: "scan", metadata: metadata)
            let submission = Submission(
                decisionID: id, riskLevel: risk, automation: automation, context: context, slaOverride: sla,
                requestedAt: requestedAt, submittedBy: "agent:corpus")
            try await fixture.ledger.execute(.submit(submission), origin: origin("submit-\(id)"))
        }

        private func submissions() async throws {
            for risk in RiskLevel.allCases { try await submit("late-\(risk.rawValue)", risk) }
            try await submit("own-deadline", .medium, .requested(.advisory), sla: .seconds(40))
            try await submit("ran", .low, .requested(.full))
            try await submit("ran-to-nothing", .low, .requested(.full), .killProcess)
            try await submit("did-not-run", .medium, .byPolicy, .isolateHost)
            try await submit("approved-and-ran", requestedAt: fixture.time.now() + .seconds(-5))
            try await submit("approved-and-failed", .critical, .requested(.manual), .isolateHost)
            try await submit("cancelled")
            try await submit("rejected", .low, .requested(.manual))
            try await submit("handed-up")
            let metadata = JSONObject([
                .init(key: "incident_id", value: "INC-1"), .init(key: "iocs", value: .array(["evil.example"])),
                .init(key: "number", value: try JSONParser.parse("12345678901234567890123.50")),
            ])
            for id in ["answered", "refused", "revised", "by-token"] {
                try await submit(id, .high, requestedAt: fixture.time.now(), metadata: metadata)
            }
            fixture.time.advance(by: .seconds(20))
        }

        private func answers() async throws {
            let ledger = fixture.ledger
            let carol = OperatorAction(sessionID: "s-carol", comment: "block it", reasoning: "known scanner")
            let dave = OperatorAction(sessionID: "s-dave")
            try await ledger.execute(.approve(decisionID: "approved-and-ran", carol), origin: origin("approve"))
            try await ledger.execute(.approve(decisionID: "approved-and-failed", dave))
            try await ledger.execute(.cancel(decisionID: "cancelled", reason: "no longer asked"))
            try await ledger.execute(.reject(decisionID: "rejected", dave, reason: "a printer"))
            try await ledger.execute(.escalate(decisionID: "handed-up", dave, reason: "too big", target: "nobody"))
            try await ledger.execute(.approve(decisionID: "handed-up", carol))
            try await ledger.execute(.approve(decisionID: "answered", user(["block_ip", "notify"])))
            try await ledger.execute(.approve(decisionID: "by-token", user([], login: nil)))
            try await ledger.execute(.reject(decisionID: "refused", user([], comment: "no"), reason: "harmless"))
            try await ledger.execute(
                .reject(decisionID: "late-low", user([], login: nil, reasoning: "seen"), reason: "harmless"))
            try await ledger.execute(.escalate(decisionID: "revised", user([]), reason: "who knows", target: "ciso"))
            try await ledger.execute(
                .escalate(decisionID: "late-medium", user([], login: nil, reasoning: "odd"), reason: "up", target: nil))
            try await ledger.execute(.approve(decisionID: "revised", user(["wait"])))
        }

        /// The first administrator, who has the right to everything.
        private func user(
            _ actions: [String], login: String? = "login-1", comment: String? = nil, reasoning: String? = nil
        ) -> OperatorAction {
            let authority = UserAuthority(
                username: UserDesk.firstAdministrator, loginID: login, mayAnswer: true, mayRevise: true)
            return OperatorAction(
                by: .user(authority), comment: comment, reasoning: reasoning, namedActions: actions)
        }

        /// Deadlines pass, and sessions end.
        private func late() async throws {
            for _ in 0..<32 {
                fixture.time.advance(by: .minutes(1))
                try await fixture.ledger.passTime()
            }
            try await fixture.approve("late-critical", in: "s-carol", comment: "late")
            try await fixture.ledger.execute(.closeSession("s-carol"))
            fixture.time.advance(by: .hours(9))
            try await fixture.ledger.passTime()
        }
    }
}
