import EventLog
import Governance
import Identity

/// An entry of the audit, as far as its event alone tells it.
struct AuditFact {
    enum Author {
        case known(AuditActor)
        /// Whoever approved the decision; the program that asked where nobody had to.
        case approver
    }

    let type: AuditEventType
    let author: Author
    var sessionID: String?
    var tags: AuditTags = []
    /// What was said, to be searched: comment, reason or error.
    var reason: String?

    private init(
        _ type: AuditEventType, by author: Author, in sessionID: String? = nil, tags: AuditTags = [],
        saying words: [String?] = []
    ) {
        self.type = type
        self.author = author
        self.sessionID = sessionID
        self.tags = tags
        reason = Self.text(words)
    }

    private init(
        _ type: AuditEventType, by actor: AuditActor, in sessionID: String? = nil, tags: AuditTags = [],
        saying words: [String?] = []
    ) {
        self.init(type, by: .known(actor), in: sessionID, tags: tags, saying: words)
    }

    /// One after the other, each once; nil where nothing was said.
    private static func text(_ words: [String?]) -> String? {
        var said: [String] = []
        for case let word? in words where !word.isEmpty && !said.contains(word) { said.append(word) }
        return said.isEmpty ? nil : said.joined(separator: "\n")
    }

    /// The entries of an event, in order; at least one.
    static func all(of event: CommittedEvent) -> [AuditFact] {
        let actor = AuditActor(named: event.recorded.actor)
        switch event.meaning {
        case .governance(.decision(let decision)): return all(of: decision, by: actor)
        case .governance(.session(let session)):
            switch session {
            case .opened: return [AuditFact(.sessionOpened, by: actor, in: session.sessionID)]
            case .closed: return [AuditFact(.sessionClosed, by: actor, in: session.sessionID)]
            }
        case .identity(.user(let user)):
            return [AuditFact(user.auditType, by: user.isOwnDoing ? .human(user.username) : actor)]
        case .identity(.login(let login)): return [AuditFact(login.auditType, by: actor, in: login.loginID)]
        case .identity(.access(let access)): return [AuditFact(access.auditType, by: access.auditActor ?? actor)]
        case .store(let store):
            switch store {
            case .restored: return [AuditFact(.logRestored, by: actor)]
            case .letterSkipped(let skipped):
                return [AuditFact(.letterSkipped, by: actor, saying: [skipped.reason])]
            }
        case nil: return [AuditFact(.other, by: actor)]
        }
    }

    private static func all(of event: DecisionEvent, by actor: AuditActor) -> [AuditFact] {
        switch event {
        case .submitted(let submitted):
            let created = AuditFact(.decisionCreated, by: actor, tags: submitted.auditTags)
            guard submitted.automationLevel.requiresReview else { return [created] }
            return [created, AuditFact(.decisionQueued, by: .framework)]
        case .approved(let verdict):
            return [answer(.decisionApproved, verdict)]
        case .rejected(let verdict, let reason):
            return [answer(.decisionRejected, verdict, tags: .humanOverride, reason: reason)]
        case .escalated(let escalated):
            guard let verdict = escalated.verdict else {
                return [
                    AuditFact(
                        .decisionEscalated, by: .escalationManager, tags: .escalation, saying: [escalated.reason])
                ]
            }
            return [answer(.decisionEscalated, verdict, tags: .escalation, reason: escalated.reason)]
        case .slaWarned: return [AuditFact(.decisionWarned, by: actor)]
        case .timedOut: return [AuditFact(.decisionTimedOut, by: actor)]
        case .cancelled(_, let reason): return [AuditFact(.decisionCancelled, by: actor, saying: [reason])]
        case .executed: return [AuditFact(.decisionExecuted, by: .approver)]
        case .executionFailed(_, let error):
            return [AuditFact(.decisionFailed, by: .framework, tags: .executionFailure, saying: [error])]
        }
    }

    private static func answer(
        _ type: AuditEventType, _ verdict: OperatorVerdict, tags: AuditTags = [], reason: String? = nil
    ) -> AuditFact {
        AuditFact(
            type, by: .human(verdict.operatorID), in: verdict.sessionID, tags: tags,
            saying: [reason, verdict.comment, verdict.reasoning])
    }
}

extension DecisionSubmitted {
    /// What the contract has said of a decision when it is made.
    fileprivate var auditTags: AuditTags {
        var tags: AuditTags = automationLevel.requiresReview ? .humanOversightRequired : .automatedDecision
        switch riskLevel {
        case .critical: tags.insert(.criticalRisk)
        case .high: tags.insert(.highRisk)
        case .medium, .low: break
        }
        if PersonalData.stands(in: .object(context.actionParams)) || PersonalData.stands(in: .object(context.metadata))
        {
            tags.insert(.piiInvolved)
        }
        return tags
    }
}

extension UserEvent {
    fileprivate var auditType: AuditEventType {
        switch self {
        case .registered: .userRegistered
        case .profileChanged: .userProfileChanged
        case .roleChanged: .userRoleChanged
        case .activated: .userActivated
        case .deactivated: .userDeactivated
        case .passwordChanged: .passwordChanged
        case .passwordRehashed: .passwordRehashed
        case .credentialChanged: .credentialChanged
        case .secondFactorSetUp: .secondFactorSetUp
        case .secondFactorEnabled: .secondFactorEnabled
        case .codeUsed: .secondFactorCodeUsed
        case .backupCodeUsed: .backupCodeUsed
        case .secondFactorReset: .secondFactorReset
        }
    }
}

extension UserEvent {
    /// Whether only the user can have done it.
    fileprivate var isOwnDoing: Bool {
        switch self {
        case .secondFactorSetUp, .secondFactorEnabled, .codeUsed, .backupCodeUsed: true
        case .registered, .profileChanged, .roleChanged, .activated, .deactivated, .passwordChanged, .passwordRehashed,
            .credentialChanged, .secondFactorReset:
            false
        }
    }
}

extension LoginEvent {
    fileprivate var auditType: AuditEventType {
        switch self {
        case .opened: .loginOpened
        case .refreshed: .loginRefreshed
        case .closed: .loginClosed
        }
    }
}

extension AccessEvent {
    fileprivate var auditType: AuditEventType {
        switch self {
        case .loginFailed: .loginFailed
        case .codeRefused: .codeRefused
        case .permissionRefused: .permissionRefused
        case .socketOpened: .socketOpened
        case .streamOpened: .streamOpened
        case .streamClosed: .streamClosed
        }
    }

    /// Under this name somebody tried, whoever it was; nil where the event says who caused it.
    fileprivate var auditActor: AuditActor? {
        switch self {
        case .loginFailed(let username, _), .codeRefused(let username), .permissionRefused(let username, _),
            .socketOpened(let username):
            .human(username)
        case .streamOpened, .streamClosed: nil
        }
    }
}
