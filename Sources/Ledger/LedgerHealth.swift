/// How a ledger is doing.
package struct LedgerHealth: Sendable {
    /// Why the log could not be written at the last attempt; nil while all is well.
    package let trouble: String?
    /// Events that the views have not seen yet.
    package let viewsLag: Int
    /// Events that the audit index has not seen yet.
    package let auditLag: Int
}
