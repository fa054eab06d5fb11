import EventLog
import Testing
import VerdictTesting

@testable import Governance

/// Every row of the tables of governance-api 7.8.
@Suite("Risk assessment: what each factor contributes")
struct RiskFactorsTests {
    @Test(
        "threat: 0.5·score + 0.3·(1 − confidence) + 0.2·novelty",
        arguments: [
            (0, 1, "scan", false, 0.5), (0, 1, "zero_day", false, 0.9), (0, 1, "unknown", false, 0.9),
            (0, 1, "novel", false, 0.9), (0, 1, "zero_day", true, 0.2), (0, 1, "scan", true, 0.2),
            (0.8, 0.9, "scan", false, 0.5), (1, 0, "novel", false, 0.9), (9.9, 0.5, "scan", false, 0.5),
        ] as [(Double, Double, String, Bool, Double)])
    func threat(score: Double, confidence: Double, type: String, similar: Bool, novelty: Double) {
        var assessment = RiskAssessment()
        assessment.threatScore = score
        assessment.confidence = confidence
        assessment.threatType = type
        assessment.hasSimilarPastDecisions = similar
        #expect(isClose(assessment.threat, 0.5 * score + 0.3 * (1 - confidence) + 0.2 * novelty))
    }

    @Test(
        "asset: half of it is the criticality",
        arguments: [(.low, 0.2), (.medium, 0.5), (.high, 0.8), (.critical, 1.0)] as [(RiskLevel, Double)])
    func criticality(criticality: RiskLevel, value: Double) {
        var assessment = RiskAssessment()
        assessment.assetCriticality = criticality
        #expect(isClose(assessment.asset, 0.5 * value + 0.3 * 0.3 + 0.2 * 0.1))
    }

    @Test(
        "asset: three tenths are the class of the data",
        arguments: [
            ("public", 0), ("internal", 0.3), ("", 0.3), ("other", 0.3), ("confidential", 0.6), ("restricted", 0.8),
            ("top_secret", 1),
        ] as [(String, Double)])
    func dataClass(name: String, value: Double) {
        var assessment = RiskAssessment()
        assessment.dataClassification = name
        #expect(isClose(assessment.asset, 0.5 * 0.5 + 0.3 * value + 0.2 * 0.1))
    }

    @Test(
        "asset: a fifth is how many there are",
        arguments: [
            (-1, 0.1), (0, 0.1), (1, 0.1), (2, 0.144), (10, 0.496), (11, 0.5056), (100, 1.004), (101, 1), (9999, 1),
        ] as [(Int, Double)])
    func assetCount(count: Int, value: Double) {
        var assessment = RiskAssessment()
        assessment.assetCount = count
        #expect(isClose(assessment.asset, 0.5 * 0.5 + 0.3 * 0.3 + 0.2 * value))
    }

    @Test(
        "business: four tenths are the cost",
        arguments: [
            (-5, 0), (0, 0), (1, 1 / 33_333.0), (9_999, 9_999 / 33_333.0), (10_000, 0.3), (40_000, 0.4),
            (99_999, 0.3 + 89_999 / 300_000.0), (100_000, 0.6), (550_000, 0.8), (999_999, 0.6 + 899_999 / 2_250_000.0),
            (1_000_000, 1), (1e12, 1),
        ] as [(Double, Double)])
    func financial(cost: Double, value: Double) {
        var assessment = RiskAssessment()
        assessment.estimatedCost = cost
        #expect(isClose(assessment.business, 0.4 * value + 0.3 * 0.5 + 0.3 * 0.3))
    }

    @Test(
        "business: three tenths are the words about the impact, the strongest counts",
        arguments: [
            ("", 0.5), ("nobody knows", 0.5), ("critical", 1), ("Severe outage", 1), ("high", 0.8), ("MAJOR", 0.8),
            ("moderate", 0.5), ("medium", 0.5), ("low", 0.3), ("a minor one", 0.3), ("low to critical", 1),
            ("minor, perhaps major", 0.8), ("low or medium", 0.5),
        ] as [(String, Double)])
    func operational(words: String, value: Double) {
        var assessment = RiskAssessment()
        assessment.businessImpact = words
        #expect(isClose(assessment.business, 0.3 * value + 0.3 * 0.3))
    }

    @Test(
        "business: three tenths are the reputation",
        arguments: [
            ("", [], 0.3), ("public_web", [], 0.7), ("server", ["customer_data"], 0.8),
            ("public_web", ["customer_data"], 0.7), ("server", ["pii"], 0.3),
        ] as [(String, Set<String>, Double)])
    func reputation(assetType: String, dataTypes: Set<String>, value: Double) {
        var assessment = RiskAssessment()
        assessment.assetType = assetType
        assessment.dataTypes = dataTypes
        #expect(isClose(assessment.business, 0.3 * 0.5 + 0.3 * value))
    }

    /// Aggressiveness and irreversibility of each action; those that the contract does not name have 0.5 and 0.5.
    static let severities: [ActionType: (Double, Double)] = [
        .sendAlert: (0, 0), .createTicket: (0, 0), .collectLogs: (0.1, 0), .collectForensics: (0.2, 0.5),
        .throttleConnection: (0.3, 0.1), .suspendProcess: (0.4, 0.2), .blockIP: (0.5, 0.2), .blockDomain: (0.5, 0.2),
        .quarantineFile: (0.6, 0.3), .killProcess: (0.6, 0.4), .isolateHost: (0.7, 0.3), .disableUser: (0.7, 0.4),
        .lockAccount: (0.7, 0.4), .deleteFile: (0.8, 0.8), .resetPassword: (0.8, 0.6), .deleteData: (0.9, 0.9),
        .encryptData: (0.5, 0.5), .backupData: (0.2, 0.1),
    ]

    @Test("action: 0.5·irreversibility + 0.3·aggressiveness + 0.2·scope", arguments: ActionType.allCases)
    func action(type: ActionType) {
        let (aggressiveness, irreversibility) = Self.severities[type] ?? (0.5, 0.5)
        var assessment = RiskAssessment()
        assessment.actionType = type
        #expect(isClose(assessment.action, 0.5 * irreversibility + 0.3 * aggressiveness + 0.2 * 0.1))
    }

    @Test(
        "action: a fifth is the scope",
        arguments: [
            ("global", 1), ("organization", 0.8), ("department", 0.5), ("host", 0.2), ("", 0.1), ("galaxy", 0.1),
        ] as [(String, Double)])
    func scope(scope: String, value: Double) {
        var assessment = RiskAssessment()
        assessment.actionType = .sendAlert
        assessment.scope = scope
        #expect(isClose(assessment.action, 0.2 * value))
    }

    @Test(
        "compliance: 0.6·tags + 0.4·data",
        arguments: [
            ([], [], 0.2, 0.2), (["hipaa"], [], 0.9, 0.2), (["gdpr"], [], 0.9, 0.2), (["pci-dss"], [], 0.9, 0.2),
            (["sox"], [], 0.6, 0.2), (["sox", "gdpr"], [], 0.9, 0.2), ([], ["pii"], 0.2, 0.9),
            ([], ["user_data"], 0.2, 0.6), ([], ["pii", "user_data"], 0.2, 0.9), ([], ["logs"], 0.2, 0.2),
            (["gdpr"], ["pii"], 0.9, 0.9),
        ] as [(Set<String>, Set<String>, Double, Double)])
    func compliance(tags: Set<String>, data: Set<String>, tagValue: Double, dataValue: Double) {
        var assessment = RiskAssessment()
        assessment.complianceTags = tags
        assessment.dataTypes = data
        #expect(isClose(assessment.compliance, 0.6 * tagValue + 0.4 * dataValue))
    }

    @Test("environment: the UTC hour says how bad the time is and who is there", arguments: 0..<24)
    func environment(hour: Int) {
        let (time, availability) =
            switch hour {
            case 9...16: (0.2, 0.9)
            case 17...21: (0.5, 0.6)
            case 6...8: (0.5, 0.3)
            default: (0.8, 0.3)
            }
        let start = Timestamp.noon + .hours(hour - 12)
        let end = Timestamp(microseconds: (start + .hours(1)).microseconds - 1)
        for moment in [start, end, start + .hours(24 * 365)] {
            #expect(isClose(RiskAssessment().environment(at: moment), 0.5 * time + 0.5 * (1 - availability)))
        }
    }
}
