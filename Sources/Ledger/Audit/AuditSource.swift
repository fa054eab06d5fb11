import EventLog
import Projections

/// Where the audit index is read: that of a running ledger, or a copy that a command made for itself.
package protocol AuditSource: Sendable {
    /// Answers from one state of the index that has seen the events up to a position; all of the log where it is nil.
    ///
    /// - Throws: `AuditIndexError` where the index cannot get there, or what the body throws.
    func read<Value: Sendable>(
        upTo position: Position?, _ body: @escaping @Sendable (AuditReader) throws -> Value
    ) async throws -> Value
}

extension AuditIndex: AuditSource {}
