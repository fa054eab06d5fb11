import EventLog

/// The risk of a proposed action, computed from what its program says (governance-api 7.8).
///
/// Used for submissions that name no level. The time of day enters, so it is an argument.
package struct RiskAssessment: Sendable {
    package var threatScore = 0.0
    package var confidence = 0.0
    package var threatType = "unknown"
    package var hasSimilarPastDecisions = false
    package var assetCriticality = RiskLevel.medium
    package var dataClassification = "internal"
    package var assetCount = 1
    package var estimatedCost = 0.0
    package var businessImpact = ""
    package var assetType = ""
    package var dataTypes: Set<String> = []
    package var actionType = ActionType.blockIP
    package var scope = ""
    package var complianceTags: Set<String> = []

    package init() {}

    package func level(at now: Timestamp) -> RiskLevel {
        switch score(at: now) {
        case 0.75...: .critical
        case 0.50...: .high
        case 0.30...: .medium
        default: .low
        }
    }

    /// 0 to 1.
    package func score(at now: Timestamp) -> Double {
        0.25 * clamped(threat) + 0.20 * clamped(asset) + 0.20 * clamped(business) + 0.15 * clamped(action)
            + 0.10 * clamped(compliance) + 0.10 * clamped(environment(at: now))
    }

    private func clamped(_ part: Double) -> Double { max(0, min(1, part)) }

    var threat: Double {
        let novelty =
            if hasSimilarPastDecisions {
                0.2
            } else if ["zero_day", "unknown", "novel"].contains(threatType) {
                0.9
            } else {
                0.5
            }
        return 0.5 * threatScore + 0.3 * (1 - confidence) + 0.2 * novelty
    }

    var asset: Double {
        let criticality =
            switch assetCriticality {
            case .low: 0.2
            case .medium: 0.5
            case .high: 0.8
            case .critical: 1.0
            }
        let classification =
            switch dataClassification {
            case "public": 0.0
            case "confidential": 0.6
            case "restricted": 0.8
            case "top_secret": 1.0
            default: 0.3
            }
        let count =
            switch assetCount {
            case ...1: 0.1
            case ...10: 0.1 + 0.044 * Double(assetCount - 1)
            case ...100: 0.5 + 0.0056 * Double(assetCount - 10)
            default: 1.0
            }
        return 0.5 * criticality + 0.3 * classification + 0.2 * count
    }

    var business: Double {
        let financial =
            switch estimatedCost {
            case ...0: 0.0
            case ..<10_000: estimatedCost / 33_333
            case ..<100_000: 0.3 + (estimatedCost - 10_000) / 300_000
            case ..<1_000_000: 0.6 + (estimatedCost - 100_000) / 2_250_000
            default: 1.0
            }
        let reputation =
            if assetType.contains("public") {
                0.7
            } else if dataTypes.contains("customer_data") {
                0.8
            } else {
                0.3
            }
        return 0.4 * financial + 0.3 * operational + 0.3 * reputation
    }

    private var operational: Double {
        let words = businessImpact.lowercased()
        let weights: [([String], Double)] = [
            (["critical", "severe"], 1.0), (["high", "major"], 0.8), (["moderate", "medium"], 0.5),
            (["low", "minor"], 0.3),
        ]
        return weights.first { names, _ in names.contains { words.contains($0) } }?.1 ?? 0.5
    }

    var action: Double {
        let (aggressiveness, irreversibility) = actionType.severity
        let reach =
            switch scope {
            case "global": 1.0
            case "organization": 0.8
            case "department": 0.5
            case "host": 0.2
            default: 0.1
            }
        return 0.5 * irreversibility + 0.3 * aggressiveness + 0.2 * reach
    }

    var compliance: Double {
        let tags =
            if !complianceTags.isDisjoint(with: ["hipaa", "gdpr", "pci-dss"]) {
                0.9
            } else {
                complianceTags.isEmpty ? 0.2 : 0.6
            }
        let data =
            if dataTypes.contains("pii") {
                0.9
            } else {
                dataTypes.contains("user_data") ? 0.6 : 0.2
            }
        return 0.6 * tags + 0.4 * data
    }

    func environment(at now: Timestamp) -> Double {
        let hour = now.microseconds / 3_600_000_000 % 24
        let (time, availability) =
            switch hour {
            case 9...16: (0.2, 0.9)
            case 17...21: (0.5, 0.6)
            case 6...8: (0.5, 0.3)
            default: (0.8, 0.3)
            }
        return 0.5 * time + 0.5 * (1 - availability)
    }
}

extension ActionType {
    /// How hard the action hits, and how hard it is to undo.
    fileprivate var severity: (aggressiveness: Double, irreversibility: Double) {
        switch self {
        case .sendAlert, .createTicket: (0, 0)
        case .collectLogs: (0.1, 0)
        case .collectForensics: (0.2, 0.5)
        case .throttleConnection: (0.3, 0.1)
        case .suspendProcess: (0.4, 0.2)
        case .blockIP, .blockDomain: (0.5, 0.2)
        case .quarantineFile: (0.6, 0.3)
        case .killProcess: (0.6, 0.4)
        case .isolateHost: (0.7, 0.3)
        case .disableUser, .lockAccount: (0.7, 0.4)
        case .deleteFile: (0.8, 0.8)
        case .resetPassword: (0.8, 0.6)
        case .deleteData: (0.9, 0.9)
        case .encryptData: (0.5, 0.5)
        case .backupData: (0.2, 0.1)
        case .blockPort, .resetConnection, .archiveLogs, .exfiltratePrevention, .captureMemory, .snapshotVM,
            .captureNetwork, .notifyTeam, .escalateIncident, .updateThreatIntel:
            (0.5, 0.5)
        }
    }
}
