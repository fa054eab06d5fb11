import EventLog
import Governance
import Identity

/// Who is behind an entry (governance-api 9).
package struct AuditActor: Sendable, Hashable {
    package enum Kind: Int, Sendable, CaseIterable {
        case ai = 0
        case human = 1
        case system = 2

        package var name: String {
            switch self {
            case .ai: "ai"
            case .human: "human"
            case .system: "system"
            }
        }

        package init?(name: String) {
            guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    package let kind: Kind
    package let id: String

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// Whoever proposes without saying who it is.
    package static let unnamedProgram = AuditActor(.ai, "maximus_ai")
    package static let framework = AuditActor(.system, "hitl_framework")
    package static let escalationManager = AuditActor(.system, "escalation_manager")

    static func human(_ id: String) -> AuditActor { AuditActor(.human, id) }

    /// Reads how the log names who caused an event: `agent:candi`, `user:admin`, `system:sla-clock`.
    package init(named name: String) {
        guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self = AuditActor(.system, name)
            return
        }
        let id = String(name[name.utf8.index(after: colon)...])
        switch name[..<colon] {
        case "agent": self = name == "agent:unknown" ? .unnamedProgram : AuditActor(.ai, id)
        case "user", "operator": self = .human(id)
        case "system": self = AuditActor(.system, id)
        default: self = AuditActor(.system, name)
        }
    }
}
