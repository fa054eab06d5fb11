import EventLog
import Governance
import Identity

/// What an event says, in a few words for people.
enum EventGist {
    private static let lengthMax = 120

    static func text(of event: RecordedEvent) -> String {
        VisibleText.line(words(of: event), lengthMax: lengthMax)
    }

    private static func words(of event: RecordedEvent) -> String {
        do {
            if let governance = try GovernanceEvent(event) { return words(of: governance) }
            if let identity = try IdentityEvent(event) { return words(of: identity) }
            if let store = try StoreEvent(event) { return words(of: store) }
            return "(an event that this program does not know)"
        } catch {
            return "(\(error))"
        }
    }

    private static func words(of event: StoreEvent) -> String {
        switch event {
        case .restored(let restored): "up to event \(restored.position)"
        case .letterSkipped(let skipped):
            "event \(skipped.position) stays out of \(skipped.projections.joined(separator: ", ")): \(skipped.reason)"
        }
    }

    private static func words(of event: GovernanceEvent) -> String {
        switch event {
        case .decision(.submitted(let submitted)):
            """
            \(submitted.riskLevel.rawValue) \(submitted.context.actionType.rawValue) \(submitted.context.target): \
            \(submitted.context.reasoning)
            """
        case .decision(.approved(let verdict)): verdict.comment
        case .decision(.rejected(let verdict, let reason)): reason.isEmpty ? verdict.comment : reason
        case .decision(.escalated(let escalated)): "to \(escalated.toRole): \(escalated.reason)"
        case .decision(.slaWarned(let notice)), .decision(.timedOut(let notice)):
            "\(notice.riskLevel.rawValue) \(notice.actionType.rawValue), due \(notice.slaDeadline.rfc3339)"
        case .decision(.cancelled(_, let reason)): reason
        case .decision(.executed(_, let result)): result.text
        case .decision(.executionFailed(_, let error)): error
        case .session(.opened(let opened)): "\(opened.operatorRole), until \(opened.expiresAt.rfc3339)"
        case .session(.closed(_, _, let reason)): reason.rawValue
        }
    }

    private static func words(of event: IdentityEvent) -> String {
        switch event {
        case .user(.registered(let registered)): "as \(registered.role.rawValue)"
        case .user(.roleChanged(_, let role)): "to \(role.rawValue)"
        case .user: ""
        case .login(.opened(let opened)): "\(opened.username), until \(opened.expiresAt.rfc3339)"
        case .login(.refreshed(_, let username, _, let expiresAt)): "\(username), until \(expiresAt.rfc3339)"
        case .login(.closed(let closed)): "\(closed.username), \(closed.reason.rawValue)"
        case .access(.loginFailed(let username, let reason)): "\(username), \(reason.rawValue)"
        case .access(.permissionRefused(let username, let operation)): "\(username), \(operation)"
        case .access(.codeRefused(let username)), .access(.socketOpened(let username)): username
        case .access(.streamOpened(let stream)): "\(stream.watcher) at \(stream.gateway)"
        case .access(.streamClosed(let stream, let reason)):
            "\(stream.watcher) at \(stream.gateway), \(reason.rawValue)"
        }
    }
}
