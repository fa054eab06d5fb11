import EventLog
import Testing
import VerdictTesting

@testable import Governance

@Suite("What operators do, and under which session")
struct OperatorActionTests {
    private func verdict(comment: String = "seen", reasoning: String? = nil) -> OperatorVerdict {
        OperatorVerdict(
            decisionID: "d1", operatorID: "alice@host", sessionID: "session-1", comment: comment, reasoning: reasoning,
            decisionCreatedAt: .noon)
    }

    @Test("an approval records who, under which session, in which words, and when the decision came in")
    func approve() throws {
        let given = try GivenDecision.submitted()
        #expect(
            given.when(.approve(.alice(comment: "ok", reasoning: "known host")), at: .noon + .minutes(1))
                == .success([.approved(verdict(comment: "ok", reasoning: "known host"))]))
    }

    @Test("a rejection records its reason too", arguments: ["false positive", ""])
    func reject(reason: String) throws {
        let given = try GivenDecision.submitted()
        #expect(
            given.when(.reject(.alice(), reason: reason), at: .noon) == .success([.rejected(verdict(), reason: reason)])
        )
    }

    @Test("an escalation records roles, reason and verdict")
    func escalate() throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: .low))
        let escalated = DecisionEscalated(
            decisionID: "d1", type: .operatorRequest, fromRole: "soc_operator", toRole: "soc_supervisor",
            requestedTarget: nil, reason: "need senior review", ruleID: nil, notify: [], verdict: verdict())
        #expect(
            given.when(.escalate(.alice(), reason: "need senior review", target: nil), at: .noon)
                == .success([.escalated(escalated)]))
    }

    @Test(
        "the reasoning stands in for an empty comment",
        arguments: [
            ("said", "thought", "said"), ("", "thought", "thought"), (nil, "thought", "thought"), (nil, nil, ""),
            ("", nil, ""), ("said", nil, "said"),
        ] as [(String?, String?, String)])
    func comment(comment: String?, reasoning: String?, expected: String) throws {
        let result = try GivenDecision.submitted()
            .when(.approve(.alice(comment: comment, reasoning: reasoning)), at: .noon)
        #expect(result == .success([.approved(verdict(comment: expected, reasoning: reasoning))]))
    }

    @Test("a session that is unknown, closed or over is refused, before anybody looks for the decision")
    func invalidSession() throws {
        var closed = SessionState.open()
        closed.isClosed = true
        let cases: [(SessionState?, Timestamp)] = [
            (nil, .noon), (closed, .noon), (.open(), .noon + .hours(8)), (.open(), .noon + .hours(9)),
        ]
        for (session, now) in cases {
            let action = OperatorAction(sessionID: "session-1", session: session)
            let commands: [DecisionCommand] = [
                .approve(action), .reject(action, reason: "no"), .escalate(action, reason: "up", target: nil),
            ]
            for command in commands {
                let refusal = Result<[DecisionEvent], Refusal>.failure(.invalidSession("session-1"))
                #expect(try GivenDecision.submitted().when(command, at: now) == refusal)
                #expect(GivenDecision().when(command, at: now) == refusal)
                #expect(try GivenDecision.inStatus(.approved).when(command, at: now) == refusal)
            }
        }
    }

    @Test("a session may act until the last microsecond of its time")
    func lastMicrosecond() throws {
        let last = Timestamp(microseconds: (Timestamp.noon + .hours(8)).microseconds - 1)
        #expect(throws: Never.self) { try GivenDecision.submitted().when(.approve(.alice()), at: last).get() }
    }

    @Test(
        "any role may act on any decision", arguments: ["soc_operator", "ciso", "senior_analyst", ""],
        RiskLevel.allCases)
    func roles(role: String, risk: RiskLevel) throws {
        let given = try GivenDecision.submitted(Sample.submission(risk: risk))
        #expect(try given.and(.approve(.alice(role: role)), at: .noon).state?.status == .approved)
    }
}
