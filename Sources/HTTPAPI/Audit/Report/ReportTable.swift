import EventLog
import Governance
import Ledger
import Projections

/// A part of the report as rows of cells, for the forms that people read.
struct ReportTable {
    enum Cell {
        case text(String)
        case count(Int)
        case seconds(Double)
        /// 0 to 1.
        case share(Double)

        /// With as many digits as there are.
        var plain: String {
            switch self {
            case .text(let text): text
            case .count(let count): String(count)
            case .seconds(let value), .share(let value): JSONNumber(value).text
            }
        }
    }

    let title: String
    let columns: [String]
    let rows: [[Cell]]
}

extension ComplianceReport {
    /// The report from top to bottom.
    var tables: [ReportTable] {
        [
            identity, summary, riskTable, timeTable, operatorTable, monthTable, escalationTable, hastyTable,
            automationTable, namedAutomationTable,
        ]
    }

    private var identity: ReportTable {
        ReportTable(
            title: "Report", columns: ["figure", "value"],
            rows: [
                [.text("report_id"), .text(reportID)], [.text("generated_at"), .text(generatedAt.rfc3339)],
                [.text("report_type"), .text("hitl_compliance")], [.text("period start"), .text(start.rfc3339)],
                [.text("period end"), .text(end.rfc3339)], [.text("position"), .count(figures.position)],
                [.text("last event"), .text(lastEvent?.id.text ?? "")],
                [.text("retention years"), .count(Self.retentionYears)],
                [.text("standards"), .text(Self.standards.joined(separator: ", "))],
            ])
    }

    private var summary: ReportTable {
        ReportTable(
            title: "Summary", columns: ["figure", "value"],
            rows: [
                [.text("total_decisions"), .count(figures.total)],
                [.text("auto_executed"), .count(figures.autoExecuted)],
                [.text("human_reviewed"), .count(figures.humanReviewed)],
                [.text("approved"), .count(figures.entries[.decisionApproved] ?? 0)],
                [.text("rejected"), .count(figures.entries[.decisionRejected] ?? 0)],
                [.text("escalated"), .count(figures.entries[.decisionEscalated] ?? 0)],
                [.text("sla_violations"), .count(figures.slaMissed)],
                [.text("unique_operators"), .count(figures.uniqueOperators)],
                [.text("average_review_time_seconds"), .seconds(figures.durations.averageSeconds)],
                [.text("automation_rate"), .share(figures.automationRate)],
                [.text("human_oversight_rate"), .share(figures.humanOversightRate)],
                [.text("sla_compliance_rate"), .share(figures.slaComplianceRate)],
            ])
    }

    private var riskTable: ReportTable {
        ReportTable(
            title: "By risk", columns: ["risk_level", "decisions", "deadlines met", "deadlines missed"],
            rows: Self.risks.map { risk in
                let months = figures.sla.filter { $0.riskLevel == risk }
                return [
                    .text(risk.rawValue), .count(figures.createdByRisk[risk] ?? 0),
                    .count(months.reduce(0) { $0 + $1.met }), .count(months.reduce(0) { $0 + $1.missed }),
                ]
            })
    }

    private var timeTable: ReportTable {
        func row(_ name: String, _ durations: Durations?) -> [ReportTable.Cell] {
            [.text(name)] + (durations ?? Durations(microseconds: [])).cells
        }
        return ReportTable(
            title: "Time to decision, in seconds", columns: ["risk_level", "decided", "average", "p50", "p95", "max"],
            rows: [row("all", figures.durations)]
                + Self.risks.map { row($0.rawValue, figures.durationsByRisk[$0]) })
    }

    private var operatorTable: ReportTable {
        ReportTable(
            title: "Operators",
            columns: [
                "operator_id", "approved", "rejected", "escalated", "approved_share", "hasty", "decided", "average",
                "p50",
                "p95", "max",
            ],
            rows: figures.operators.map { figure in
                [
                    .text(figure.operatorID), .count(figure.approved), .count(figure.rejected),
                    .count(figure.escalated), .share(figure.approvedShare), .count(figure.hasty),
                ] + figure.durations.cells
            })
    }

    private var monthTable: ReportTable {
        ReportTable(
            title: "Deadlines by month", columns: ["month", "risk_level", "met", "missed"],
            rows: figures.sla.map {
                [.text($0.month.text), .text($0.riskLevel.rawValue), .count($0.met), .count($0.missed)]
            })
    }

    private var escalationTable: ReportTable {
        ReportTable(
            title: "Escalations, and where their decisions stand at the end of the period",
            columns: ["figure", "value"],
            rows: [
                [.text("by operators"), .count(figures.escalationsByOperators)],
                [.text("by the clock"), .count(figures.escalationsByClock)],
            ] + Self.rows(figures.escalatedOutcomes))
    }

    private static func rows(_ outcomes: [DecisionStatus: Int]) -> [[ReportTable.Cell]] {
        DecisionStatus.allCases.compactMap { status in outcomes[status].map { [.text(status.rawValue), .count($0)] } }
    }

    private var hastyTable: ReportTable {
        ReportTable(
            title: "Decided within \(hastySeconds) seconds: \(figures.hasty)",
            columns: ["timestamp", "decision_id", "event_type", "operator_id", "risk_level", "seconds"],
            rows: hasty.map { record in
                [
                    .text(record.row.recordedAt.rfc3339), .text(record.row.decisionID ?? ""),
                    .text(record.row.type.name), .text(record.row.author.id),
                    .text(record.row.riskLevel?.rawValue ?? ""), .seconds(record.row.waited?.seconds ?? 0),
                ]
            })
    }

    private var automationTable: ReportTable {
        ReportTable(
            title: "Without a human: \(figures.autoExecuted)", columns: ["action_type", "risk_level", "decisions"],
            rows: figures.automated.map { [.text($0.actionType), .text($0.riskLevel.rawValue), .count($0.count)] })
    }

    private var namedAutomationTable: ReportTable {
        ReportTable(
            title: "Why nobody was asked", columns: ["created_at", "decision_id", "why"],
            rows: automated.map { record in
                [
                    .text(record.row.recordedAt.rfc3339), .text(record.row.decisionID ?? ""),
                    .text(record.reasonForAutomation),
                ]
            })
    }
}

extension Durations {
    fileprivate var cells: [ReportTable.Cell] {
        [
            .count(count), .seconds(averageSeconds), .seconds(p50.seconds), .seconds(p95.seconds),
            .seconds(longest.seconds),
        ]
    }
}
