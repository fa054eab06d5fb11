import EventLog
import Ledger
import Projections

/// All users as administrators see them, also at the command line of a machine where no server runs (hitl-api 14.4).
package enum UserList {
    /// An array of objects, as JSON.
    package static func json(of ledger: Ledger) async throws -> [UInt8] {
        let rows = try await ledger.views.read { try $0.users() }
        var writer = JSONWriter(reservingCapacity: 256 * rows.count)
        writer.array { writer in
            for row in rows { writer.object { row.members(to: &$0) } }
        }
        return writer.bytes
    }
}
