/// How a ledger is doing.
package struct LedgerHealth: Sendable {
    /// Why the log could not be written at the last attempt; nil while all is well.
    package let trouble: String?
    /// Why the views cannot follow the log, so that answers may be behind it; nil while they do.
    package let viewsTrouble: String?
    /// Events that the views have not seen yet.
    package let viewsLag: Int
    /// Events that the audit index has not seen yet.
    package let auditLag: Int
}
