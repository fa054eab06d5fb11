import EventLog
import Governance
import Ledger
import Projections

extension ComplianceReport {
    /// Years for which the record is to be kept (governance-api 9).
    static let retentionYears = 7
    static let standards = ["SOC 2", "ISO 27001", "PCI-DSS", "HIPAA", "GDPR"]

    /// The report as one JSON object on a line: the contract's members first.
    package var json: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 16_384)
        writer.object { writer in
            writer.member("report_id", reportID)
            writer.member("generated_at", generatedAt)
            writer.member("report_type", "hitl_compliance")
            writer.object("period") { writer in
                writer.member("start", start)
                writer.member("end", end)
            }
            writer.object("summary", writeSummary)
            writer.object("risk_breakdown") { writer in
                for risk in Self.risks { writer.member(named: risk.rawValue, figures.createdByRisk[risk] ?? 0) }
            }
            writer.object("operator_stats") { writer in
                writer.member("unique_operators", figures.uniqueOperators)
                writer.member("average_review_time_seconds", figures.durations.averageSeconds)
            }
            writer.object("compliance_metrics") { writer in
                writer.member("automation_rate", figures.automationRate)
                writer.member("human_oversight_rate", figures.humanOversightRate)
                writer.member("sla_compliance_rate", figures.slaComplianceRate)
            }
            writer.object("metadata", writeMetadata)
            writer.object("time_to_decision", writeTimes)
            writer.array("operators") { writer in
                for figure in figures.operators { figure.write(to: &writer) }
            }
            writer.object("sla", writeSLA)
            writer.object("escalations", writeEscalations)
            writer.object("hasty_decisions", writeHasty)
            writer.object("without_a_human", writeAutomated)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// In the order in which a report shows them.
    static let risks: [RiskLevel] = [.critical, .high, .medium, .low]

    private func writeSummary(_ writer: inout JSONWriter) {
        writer.member("total_decisions", figures.total)
        writer.member("auto_executed", figures.autoExecuted)
        writer.member("human_reviewed", figures.humanReviewed)
        writer.member("approved", figures.entries[.decisionApproved] ?? 0)
        writer.member("rejected", figures.entries[.decisionRejected] ?? 0)
        writer.member("escalated", figures.entries[.decisionEscalated] ?? 0)
        writer.member("sla_violations", figures.slaMissed)
    }

    private func writeMetadata(_ writer: inout JSONWriter) {
        writer.member("position", figures.position)
        writer.member("last_event_id", lastEvent?.id.text)
        writer.member("total_entries", figures.entries.values.reduce(0, +))
        writer.object("entries") { writer in
            // One counter for each kind but queued (governance-api 9).
            for type in AuditEventType.allCases where type != .decisionQueued {
                if let count = figures.entries[type] { writer.member(named: type.name, count) }
            }
        }
        writer.member("hasty_seconds", hastySeconds)
        writer.member("retention_years", Self.retentionYears)
        writer.array("standards") { writer in
            for standard in Self.standards { writer.string(standard) }
        }
    }

    private func writeTimes(_ writer: inout JSONWriter) {
        writer.object("all") { figures.durations.members(to: &$0) }
        writer.object("by_risk") { writer in
            for risk in Self.risks {
                let durations = figures.durationsByRisk[risk] ?? Durations(microseconds: [])
                writer.object(named: risk.rawValue) { durations.members(to: &$0) }
            }
        }
    }

    private func writeSLA(_ writer: inout JSONWriter) {
        writer.member("met", figures.slaMet)
        writer.member("missed", figures.slaMissed)
        writer.object("by_risk") { writer in
            for risk in Self.risks {
                let months = figures.sla.filter { $0.riskLevel == risk }
                writer.object(named: risk.rawValue) { writer in
                    writer.member("met", months.reduce(0) { $0 + $1.met })
                    writer.member("missed", months.reduce(0) { $0 + $1.missed })
                }
            }
        }
        writer.array("by_month") { writer in
            for month in figures.sla { month.write(to: &writer) }
        }
    }

    private func writeEscalations(_ writer: inout JSONWriter) {
        writer.member("by_operators", figures.escalationsByOperators)
        writer.member("by_the_clock", figures.escalationsByClock)
        writer.member("decisions", figures.escalatedOutcomes.values.reduce(0, +))
        writer.object("outcomes") { Self.write(figures.escalatedOutcomes, to: &$0) }
    }

    private func writeHasty(_ writer: inout JSONWriter) {
        writer.member("seconds", hastySeconds)
        writer.member("count", figures.hasty)
        writer.array("named") { writer in
            for record in hasty {
                writer.object { writer in
                    record.commonMembers(to: &writer)
                    writer.member("risk_level", record.row.riskLevel?.rawValue)
                    writer.member("waited_seconds", record.row.waited?.seconds ?? 0)
                }
            }
        }
    }

    private func writeAutomated(_ writer: inout JSONWriter) {
        writer.member("count", figures.autoExecuted)
        writer.object("outcomes") { Self.write(figures.automatedOutcomes, to: &$0) }
        writer.array("by_action") { writer in
            for group in figures.automated {
                writer.object { writer in
                    writer.member("action_type", group.actionType)
                    writer.member("risk_level", group.riskLevel.rawValue)
                    writer.member("count", group.count)
                }
            }
        }
        writer.array("named") { writer in
            for record in automated {
                writer.object { writer in
                    writer.member("decision_id", record.row.decisionID)
                    writer.member("created_at", record.row.recordedAt)
                    writer.member("why", record.reasonForAutomation)
                }
            }
        }
    }

    private static func write(_ outcomes: [DecisionStatus: Int], to writer: inout JSONWriter) {
        for status in DecisionStatus.allCases {
            if let count = outcomes[status] { writer.member(named: status.rawValue, count) }
        }
    }
}

extension AuditRecord {
    /// Why nobody was asked.
    var reasonForAutomation: String {
        guard let submitted else { return "" }
        let context = submitted.context
        return """
            automation level \(submitted.automationLevel.rawValue), which asks nobody at \(submitted.riskLevel.rawValue) risk; \
            \(row.author.id) proposed \(context.actionType.rawValue) with a confidence of \(context.confidence.text.prefix(32))
            """
    }
}

extension Durations {
    fileprivate func members(to writer: inout JSONWriter) {
        writer.member("count", count)
        writer.member("average_seconds", averageSeconds)
        writer.member("p50_seconds", p50.seconds)
        writer.member("p95_seconds", p95.seconds)
        writer.member("max_seconds", longest.seconds)
    }
}

extension ComplianceFigures.Operator {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("operator_id", operatorID)
            writer.member("approved", approved)
            writer.member("rejected", rejected)
            writer.member("escalated", escalated)
            writer.member("approved_share", approvedShare)
            writer.member("hasty", hasty)
            writer.object("time_to_decision") { durations.members(to: &$0) }
        }
    }
}
