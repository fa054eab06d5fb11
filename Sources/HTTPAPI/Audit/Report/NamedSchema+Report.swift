import Governance

extension NamedSchema {
    private static let durations: [Property] = [
        .required("count", .count), .required("average_seconds", .amount), .required("p50_seconds", .amount),
        .required("p95_seconds", .amount), .required("max_seconds", .amount),
    ]

    private static let share = Schema.number(0...1)

    private static func byRisk(_ value: Schema) -> Schema {
        .object(RiskLevel.allCases.map { .required($0.rawValue, value) })
    }

    private static let outcomes = Schema.map(to: .count)

    private static let summary = Schema.object(
        [
            "total_decisions", "auto_executed", "human_reviewed", "approved", "rejected", "escalated", "sla_violations",
        ].map { .required($0, .count) })

    private static let operatorFigures = Schema.object([
        .required("operator_id", .string), .required("approved", .count), .required("rejected", .count),
        .required("escalated", .count), .required("approved_share", share), .required("hasty", .count),
        .required("time_to_decision", .object(durations)),
    ])

    private static let sla = Schema.object([
        .required("met", .count), .required("missed", .count),
        .required("by_risk", byRisk(.object([.required("met", .count), .required("missed", .count)]))),
        .required("by_month", .list(of: .anyObject)),
    ])

    static let report = NamedSchema(
        "ComplianceReport",
        .object([
            .required("report_id", .string), .required("generated_at", .moment, "The time of the last event covered."),
            .required("report_type", .constant("hitl_compliance")),
            .required("period", .object([.required("start", .moment), .required("end", .moment)])),
            .required("summary", summary), .required("risk_breakdown", byRisk(.count)),
            .required(
                "operator_stats",
                .object([
                    .required("unique_operators", .count), .required("average_review_time_seconds", .amount),
                ])),
            .required(
                "compliance_metrics",
                .object([
                    .required("automation_rate", share), .required("human_oversight_rate", share),
                    .required("sla_compliance_rate", share),
                ])),
            .required("metadata", .anyObject),
            .required(
                "time_to_decision",
                .object([.required("all", .object(durations)), .required("by_risk", byRisk(.object(durations)))])),
            .required("operators", .list(of: operatorFigures)),
            .required("sla", sla),
            .required(
                "escalations",
                .object([
                    .required("by_operators", .count), .required("by_the_clock", .count),
                    .required("decisions", .count), .required("outcomes", outcomes),
                ])),
            .required(
                "hasty_decisions",
                .object([
                    .required("seconds", .count), .required("count", .count), .required("named", .list(of: .anyObject)),
                ])),
            .required(
                "without_a_human",
                .object([
                    .required("count", .count), .required("outcomes", outcomes),
                    .required("by_action", .list(of: .anyObject)), .required("named", .list(of: .anyObject)),
                ])),
        ]))
}
