/// The groups in which the document shows operations, in its order.
enum OperationTag: String, Sendable, CaseIterable {
    case queue = "Queue"
    case sessions = "Sessions"
    case decisions = "Decisions"
    case submission = "Submission"
    case streams = "Streams"
    case alias = "Alias surface"
    case login = "Login"
    case users = "Users and programs"
    case analyses = "Analyses"
    case oversight = "Oversight"
    case audit = "Audit"
    case evidence = "Evidence"
    case gateways = "Gateways"
    case administration = "Administration"
    case system = "System"

    var meaning: String {
        switch self {
        case .queue: "Governance API: what waits for a person, and what was handed up."
        case .sessions: "Governance API: operators open a session before they decide."
        case .decisions: "Governance API: one decision, looked at and decided."
        case .submission: "Governance API: programs ask for decisions."
        case .streams: "Governance API: events as they happen, as Server-Sent Events."
        case .alias: "Governance API as the Go TUI client knows it: the words of answers are in upper case."
        case .login: "HITL API: tokens, passwords and second factors."
        case .users: "HITL API: administrators manage people and programs."
        case .analyses:
            "HITL API: analyses that wait for the answer of a person. Each is a decision of the Governance API too."
        case .oversight: "HITL API: figures and the audit trail."
        case .audit:
            "Who did what when and why, one decision's whole story, and the report of a period. Personal data is taken out."
        case .evidence: "The log as a transparency log (C2SP): checkpoint, tiles, proofs, and bundles for auditors."
        case .gateways: "Gateways carry event streams: they ask here who may open one, and tell when one has ended."
        case .administration: "Administrators look after the read models: how they do, and making them anew."
        case .system:
            "Health, metrics and this description; none of them wants a token unless the server asks for one everywhere."
        }
    }
}
