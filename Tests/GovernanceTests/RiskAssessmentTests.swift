import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// The score and the level that follows from it (governance-api 7.8).
@Suite("Risk assessment: score and level")
struct RiskAssessmentTests {
    /// Everything as low as it gets, at the quietest hour of the day.
    private static let lowest: RiskAssessment = {
        var assessment = RiskAssessment()
        assessment.confidence = 1
        assessment.hasSimilarPastDecisions = true
        assessment.assetCriticality = .low
        assessment.dataClassification = "public"
        assessment.assetCount = 0
        assessment.businessImpact = "low"
        assessment.actionType = .sendAlert
        return assessment
    }()

    private static let highest: RiskAssessment = {
        var assessment = RiskAssessment()
        assessment.threatScore = 9.9
        assessment.threatType = "zero_day"
        assessment.assetCriticality = .critical
        assessment.dataClassification = "top_secret"
        assessment.assetCount = 101
        assessment.estimatedCost = 1_000_000
        assessment.businessImpact = "critical"
        assessment.dataTypes = ["customer_data", "pii"]
        assessment.actionType = .deleteData
        assessment.scope = "global"
        assessment.complianceTags = ["gdpr"]
        return assessment
    }()

    private static func moment(hour: Int) -> Timestamp { .noon + .hours(hour - 12) }

    @Test("the six categories are weighed 25, 20, 20, 15, 10 and 10 %")
    func weights() {
        let lowest = Self.lowest
        #expect(isClose(lowest.threat, 0.2 * 0.2))
        #expect(isClose(lowest.asset, 0.5 * 0.2 + 0.2 * 0.1))
        #expect(isClose(lowest.business, 0.3 * 0.3 + 0.3 * 0.3))
        #expect(isClose(lowest.action, 0.2 * 0.1))
        #expect(isClose(lowest.compliance, 0.6 * 0.2 + 0.4 * 0.2))
        #expect(isClose(lowest.environment(at: .noon), 0.5 * 0.2 + 0.5 * 0.1))
        #expect(
            isClose(
                lowest.score(at: .noon),
                0.25 * 0.04 + 0.20 * 0.12 + 0.20 * 0.18 + 0.15 * 0.02 + 0.10 * 0.2 + 0.10 * 0.15))
        #expect(lowest.level(at: .noon) == .low)
    }

    @Test("each category is capped at 1, so the score is too")
    func caps() {
        let highest = Self.highest
        #expect(highest.threat > 1)
        let score =
            0.25 * 1 + 0.20 * 1 + 0.20 * (0.4 + 0.3 + 0.3 * 0.8) + 0.15 * (0.45 + 0.27 + 0.2) + 0.10 * 0.9
            + 0.10 * 0.75
        #expect(isClose(highest.score(at: Self.moment(hour: 3)), score))
        #expect(highest.level(at: Self.moment(hour: 3)) == .critical)
    }

    @Test("the same input lands on another level at another hour")
    func hourChangesLevel() {
        var assessment = RiskAssessment()
        assessment.confidence = 0.9
        #expect(assessment.level(at: Self.moment(hour: 12)) == .low)
        #expect(assessment.level(at: Self.moment(hour: 3)) == .medium)
        let difference = assessment.score(at: Self.moment(hour: 3)) - assessment.score(at: Self.moment(hour: 12))
        #expect(isClose(difference, 0.1 * (0.75 - 0.15)))
    }

    @Test(
        "the thresholds are 0.30, 0.50 and 0.75: at them the higher level begins",
        arguments: [(0.30, .low, .medium), (0.50, .medium, .high), (0.75, .high, .critical)]
            as [(Double, RiskLevel, RiskLevel)])
    func thresholds(threshold: Double, below: RiskLevel, from: RiskLevel) throws {
        // Threat carries a quarter of the score and is linear in the threat score, so it sets the score to a hair.
        var assessment = threshold > 0.5 ? Self.highest : Self.lowest
        if threshold == 0.5 {
            assessment.assetCriticality = .critical
            assessment.dataClassification = "top_secret"
            assessment.assetCount = 101
            assessment.actionType = .deleteData
        }
        assessment.estimatedCost = 0
        assessment.threatScore = 0
        let moment = Self.moment(hour: 12)
        let needed = (threshold - assessment.score(at: moment)) / 0.125
        try #require(needed > 0)
        assessment.threatScore = needed - 1e-9
        #expect(assessment.level(at: moment) == below)
        assessment.threatScore = needed + 1e-9
        #expect(assessment.level(at: moment) == from)
    }
}
