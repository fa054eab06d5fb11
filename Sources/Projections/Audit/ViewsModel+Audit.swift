import Migrations

extension ViewsModel {
    /// What auditors ask: brought up behind the commands, which never wait for it.
    package static let audit = ViewsModel(
        name: "audit", schema: Migrations.audit, revision: 1,
        projections: [AuditProjection.self, DeadLettersProjection.self])
}
