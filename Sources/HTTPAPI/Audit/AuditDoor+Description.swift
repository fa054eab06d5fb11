import EventLog
import Governance
import HTTPTypes
import Projections

/// What the operations of this door are, beside its `routes`.
extension AuditDoor {
    @OperationList static var descriptions: [OperationDescription] {
        entries("\(base)/events", "auditEvents", "Entries of the audit")
        entries(base, "auditEntries", "The same, where a sibling service has it")
        OperationDescription(
            .get, "\(base)/decisions/:decision_id", "auditDecision", .audit, "The whole story of a decision"
        )
        .detail(
            "Each step with who, when and how long after the question, before and after, and its sessions and logins."
        )
        .redacts().looksBack().answers("The story.", .story)
        OperationDescription(.get, "\(base)/report", "auditReport", .audit, "The compliance report of a period")
            .detail(
                "Everything in it is as of the end of the period, so a period that is over has the same report for ever, to the byte."
            )
            .period("By itself the whole log.")
            .query(
                "hasty_seconds", .count.standard(.number(JSONNumber(hastySecondsDefault))),
                "Approvals and rejections that came sooner after the question are counted."
            )
            .form([.json, .csv, .html]).looksBack().answers("The report.", .report).alsoAs("text/csv").alsoAs("text/html")
        OperationDescription(.get, "\(base)/sla", "auditSLA", .audit, "Deadlines met and missed, by month and risk")
            .detail(
                "A deadline is met by the first answer of a person before it, and missed once the clock says so or a person answers later."
            )
            .period("By itself the whole log.")
            .looksBack().answers("The months in order, the highest risk first.", .slaMonths)
    }

    private static func entries(_ path: String, _ name: String, _ summary: String) -> OperationDescription {
        OperationDescription(.get, path, name, .audit, summary)
            .detail(
                "Any of the values of a filter, and all filters together. A filter may be repeated, or hold several values between commas; a comma inside a name is written %2C. Plural names of the filters mean the same."
            )
            .detail("What is about users and logins is shown to administrators.")
            .detail("As NDJSON and CSV all entries come, however many; `limit` then means so many.")
            .period("Both ends belong to it.")
            .query("decision_id", .list(of: .string), "Of these decisions.")
            .query("event_type", words(AuditEventType.allCases.map(\.name)), "Of these kinds.")
            .query("actor_type", words(AuditActor.Kind.allCases.map(\.name)), "By these kinds of actors.")
            .query("operator_id", .list(of: .string), "By these, as actor or as the person behind it; also `actor_id`.")
            .query("session_id", .list(of: .string), "Under these sessions or logins.")
            .query("risk_level", words(RiskLevel.allCases.map(\.rawValue)), "About decisions of these levels.")
            .query(
                "automation_level", words(AutomationLevel.allCases.map(\.rawValue)), "About decisions of these levels."
            )
            .query(
                "status", words(DecisionStatus.allCases.map(\.rawValue)), "Where the decision stood after the event."
            )
            .query("compliance_tag", words(AuditTags.all.map(\.name)), "With any of these tags.")
            .query("target", .list(of: .string), "About decisions aimed at these.")
            .query("q", .list(of: .string), "With any of these texts in a comment, a reason or an error.")
            .query(
                "sort_by", words(AuditOrder.Key.allCases.map(\.rawValue), isList: false),
                "`timestamp` is the order of the log."
            )
            .query("sort_order", words(["desc", "asc"], isList: false), "The newest first, unless it is `asc`.")
            .query(
                "limit", .count.standard(.number(JSONNumber(AuditQuery.limitDefault))),
                "How many to show, at most \(AuditQuery.limitMax)."
            )
            .query("offset", .count.standard(0), "How many to leave out before; nothing beside a cursor.")
            .query("cursor", .string, "`next_cursor` of the page before, with the same filters and the same order.")
            .form([.json, .ndjson, .csv])
            .redacts().looksBack()
            .answers(
                "Entries, and how many there are; more than \(countedMax) may not be counted.", .auditPage,
                headers: [.link]
            )
            .alsoAs("application/x-ndjson").alsoAs("text/csv")
    }

    private static func words(_ words: [String], isList: Bool = true) -> Schema {
        let word = Schema.word(words + words.map { $0.uppercased() } + [""])
        return isList ? .list(of: word) : word
    }
}

extension OperationDescription {
    fileprivate func period(_ meaning: String) -> OperationDescription {
        let moment = Schema.any(of: [.moment, .constant("")])
        return query("start_time", moment, "From that moment on. \(meaning)")
            .query("end_time", moment, "Until that moment. \(meaning)")
    }

    fileprivate func form(_ formats: [AuditFormat]) -> OperationDescription {
        query(
            "format", .word(formats.map(\.rawValue) + [""]),
            "The form of the answer; by itself what `Accept` likes best.")
    }

    /// What shows personal data to administrators who ask for it.
    fileprivate func redacts() -> OperationDescription {
        query(
            "redact", .word(["true", "false", ""]),
            "With `false` an administrator sees personal data; a token is wanted for that in any case."
        )
        .refuses(.badRequest, .notAuthenticated, .forbidden, .unavailable)
    }
}
