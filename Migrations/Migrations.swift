/// The schemas of the databases, embedded in the binary.
package enum Migrations {
    /// The steps of `events.db`, in order. A step that was released is never edited: a change is a new step.
    package static let events: [Migration] = [
        Migration(name: "V0001_events", sql: text(PackageResources.V0001_events_sql))
    ]

    /// The whole of `views.db`. It may be edited: another text means that the views are built again from the log.
    package static let views = text(PackageResources.V0001_views_sql)

    /// The whole of `audit.db`. It may be edited like the views.
    package static let audit = text(PackageResources.V0001_audit_sql)

    /// What every file of read models begins with. Another text means that all of them are built again.
    package static let slot = text(PackageResources.V0001_slot_sql)

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

package struct Migration: Sendable {
    package let name: String
    package let sql: String
}
