import EventLog
import Governance

/// A program that asks, and how it does.
enum Program: String, Sendable, CaseIterable {
    case suricata, candi, edr, mailguard
    case deployBot = "deploy-bot"

    /// So many of a hundred questions come from it.
    private var share: Int {
        switch self {
        case .suricata: 40
        case .candi: 20
        case .edr: 20
        case .mailguard: 12
        case .deployBot: 8
        }
    }

    static func draw(_ random: inout SeededRandom) -> Program {
        var number = random.below(100)
        for program in allCases {
            number -= program.share
            if number < 0 { return program }
        }
        return .suricata
    }

    var actor: String { "agent:\(rawValue)" }

    /// Where it runs.
    var address: String {
        switch self {
        case .suricata: "10.20.0.10"
        case .candi: "10.20.0.11"
        case .edr: "10.20.0.12"
        case .mailguard: "10.20.0.13"
        case .deployBot: "10.20.0.14"
        }
    }

    private var actions: [ActionType] {
        switch self {
        case .suricata: [.blockIP, .blockIP, .blockIP, .blockDomain, .throttleConnection, .resetConnection, .blockPort]
        case .candi: [.blockIP, .isolateHost, .collectForensics, .exfiltratePrevention, .updateThreatIntel]
        case .edr: [.quarantineFile, .killProcess, .isolateHost, .suspendProcess, .captureMemory, .deleteFile]
        case .mailguard: [.blockDomain, .resetPassword, .lockAccount, .disableUser, .notifyTeam]
        case .deployBot: [.snapshotVM, .backupData, .archiveLogs, .deleteData, .createTicket, .encryptData]
        }
    }

    /// Names follow from the content at some programs, and from the time at the others.
    private func decisionID(at now: Timestamp, _ random: inout SeededRandom) -> String {
        switch self {
        case .suricata, .candi: "\(rawValue)-\(Hex.text(random.bytes(8)))"
        case .edr, .mailguard, .deployBot: EventID(at: now, random: random.next()).text
        }
    }

    private func target(of action: ActionType, _ random: inout SeededRandom) -> String {
        switch action {
        case .blockIP, .throttleConnection, .resetConnection, .blockPort, .updateThreatIntel:
            Self.address(of: random.rank(bits: 17))
        case .blockDomain: "cdn\(random.rank(bits: 12)).example.net"
        case .resetPassword, .lockAccount, .disableUser, .notifyTeam: "user\(random.rank(bits: 10))@example.org"
        default: "host-\(random.rank(bits: 11)).example.org"
        }
    }

    /// One of the addresses of 198.18.0.0/15; the frequent ones do not stand side by side.
    private static func address(of rank: Int) -> String {
        let place = rank &* 40_503 & 0x1FFFF
        return "198.\(18 + place >> 16).\(place >> 8 & 0xFF).\(place & 0xFF)"
    }

    /// - Parameter now: when the question arrives.
    func submission(at now: Timestamp, _ random: inout SeededRandom) -> Submission {
        let action = random.pick(actions, else: .blockIP)
        let confidence = Double(random.draw(from: 45...100)) / 100
        let score = Double(random.draw(from: 5...100)) / 10
        let threatType = random.pick(Phrases.threatTypes, else: "unknown")
        let target = target(of: action, &random)
        var context = DecisionContext(
            actionType: action,
            actionParams: JSONObject([
                .init(key: "target", value: .string(target)), .init(key: "action", value: .string(action.rawValue)),
                .init(key: "duration_hours", value: .number(JSONNumber(random.pick([1, 4, 24, 168], else: 1)))),
            ]),
            reasoning: """
                \(random.pick(Phrases.observations, else: "")); \(random.pick(Phrases.consequences, else: "")), \
                and \(random.pick(Phrases.consequences, else: ""))
                """,
            confidence: JSONNumber(confidence), threatScore: JSONNumber(score), threatType: threatType)
        context.metadata = metadata(target, &random)
        let isNamed = random.percent(60)
        return Submission(
            decisionID: decisionID(at: now, &random),
            riskLevel: isNamed
                ? Self.namedRisk(&random) : Self.assessedRisk(context, confidence, score, target, now, &random),
            automation: self == .deployBot || random.percent(15) ? .byPolicy : .requested(.supervised),
            context: context,
            requestedAt: self == .candi ? now - .seconds(random.below(90)) : nil, submittedBy: actor)
    }

    // MARK: Risk

    private static func namedRisk(_ random: inout SeededRandom) -> RiskLevel {
        switch random.below(100) {
        case ..<22: .low
        case ..<62: .medium
        case ..<90: .high
        default: .critical
        }
    }

    /// What a server computes where a program names no level.
    private static func assessedRisk(
        _ context: DecisionContext, _ confidence: Double, _ score: Double, _ target: String, _ now: Timestamp,
        _ random: inout SeededRandom
    ) -> RiskLevel {
        var assessment = RiskAssessment()
        assessment.threatScore = score / 10
        assessment.confidence = confidence
        assessment.threatType = context.threatType
        assessment.actionType = context.actionType
        assessment.hasSimilarPastDecisions = random.percent(40)
        assessment.assetCriticality = random.pick(RiskLevel.allCases, else: .medium)
        assessment.dataClassification = random.pick(
            ["public", "internal", "confidential", "restricted"], else: "internal")
        assessment.assetCount = random.pick([1, 1, 1, 3, 12, 150], else: 1)
        assessment.estimatedCost = Double(random.pick([0, 500, 20_000, 400_000], else: 0))
        assessment.scope = random.pick(["host", "host", "department", "organization"], else: "host")
        assessment.dataTypes = random.percent(25) ? ["customer_data", "pii"] : []
        assessment.complianceTags = random.percent(25) ? ["gdpr"] : []
        return assessment.level(at: now)
    }

    // MARK: Metadata

    /// One question in so many brings a report that is too large to stand in the entry of an event.
    private static let largeReportEach = 20_000

    private func metadata(_ target: String, _ random: inout SeededRandom) -> JSONObject {
        var metadata = JSONObject()
        switch self {
        case .suricata:
            metadata["signature_id"] = .number(JSONNumber(2_000_000 + random.rank(bits: 14)))
            metadata["flow_id"] = .number(JSONNumber(Int(random.next() >> 12)))
            metadata["in_iface"] = "eth0"
        case .candi:
            metadata["incident_id"] = .string("INC-2026-\(random.below(9000) + 1000)")
            metadata["source_ip"] = .string(target)
            metadata["attributed_actor"] = random.percent(30) ? .string("UNC\(random.below(900) + 100)") : .null
            metadata["iocs"] = .array((0..<random.below(4)).map { _ in .string(Hex.text(random.bytes(16))) })
            metadata["ttps"] = .array(
                (0..<random.below(3)).map { _ in .string("T1\(random.draw(from: 100...599))") })
        case .edr:
            metadata["process"] = .string(random.pick(["svchost.exe", "winword.exe", "python3", "sshd"], else: "sshd"))
            metadata["sha256"] = .string(Hex.text(random.bytes(32)))
        case .mailguard:
            metadata["message_id"] = .string("<\(Hex.text(random.bytes(8)))@mail.example.net>")
        case .deployBot:
            metadata["change"] = .string("CHG-\(random.below(90_000) + 10_000)")
        }
        if random.below(Self.largeReportEach) == 0 {
            metadata["forensic_report"] = .string(Hex.text(random.bytes(30_000)))
        }
        return metadata
    }
}
