/// Where programs ask for decisions.
enum SubmissionDoor: Sendable, Hashable {
    case governance
    case hitl

    var path: String {
        switch self {
        case .governance: "/api/v1/governance/test/enqueue"
        case .hitl: "/api/decisions/submit"
        }
    }

    /// Whether the server refuses a question because it knows it already: who repeats an import has nothing to mend.
    func isKnown(_ reply: ServerReply) -> Bool {
        switch self {
        case .governance: reply.status == 409 && reply.detail?.hasPrefix("Decision already resolved") == true
        case .hitl: reply.status == 400 && reply.detail == "Decision already exists"
        }
    }
}
